package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Renders {@code docs/api.md} from the schemas and the corpus. */
final class ApiReference {

    /** Kubernetes's own types: named here, explained there. */
    private static final Set<String> BORROWED = Set.of(
            "resources",
            "access.from",
            "scheduling.tolerations",
            "scheduling.topologySpreadConstraints",
            "scheduling.affinity");

    private static final String HEAD = """
            # API reference: `redoubt.dev/v1alpha1`

            Every field of every kind: what it is, its default, what happens at the limit, and whether a change is live or takes a
            restart. `kubectl explain redis.spec.maxMemory` shows the same on a cluster. This page is made from
            [crds/redis.yaml](../crds/redis.yaml), [crds/cacheservice.yaml](../crds/cacheservice.yaml) and
            [crds/redisuser.yaml](../crds/redisuser.yaml); a test fails when it differs from them.

            All kinds are namespaced, `kubectl get redoubt` lists them together, and `metadata.name` has at most 40 characters, a-z,
            0-9 and -, beginning with a letter. Defaults are filled in by the API server, so `kubectl get -o yaml` shows the whole
            truth. Nothing is ever written into `spec` by the operator.
            """;

    private final StringBuilder page = new StringBuilder(HEAD);

    static String render() {
        ApiReference reference = new ApiReference();
        reference.kind(Schemas.REDIS);
        reference.kind(Schemas.CACHE_SERVICE);
        reference.kind(Schemas.REDIS_USER);
        return reference.page.toString();
    }

    private void kind(CustomResourceDefinition definition) {
        var names = definition.getSpec().getNames();
        line("");
        line("## " + names.getKind());
        line("");
        line(Schemas.root(definition).getDescription());
        line("");
        line("`kubectl get %s`, or `%s`, prints %s; with `-o wide` also %s."
                .formatted(
                        names.getSingular(),
                        names.getShortNames().getFirst(),
                        columns(definition, 0),
                        columns(definition, 1)));
        fields(definition, "spec");
        fields(definition, "status");
        refusals(names.getSingular());
    }

    private static String columns(CustomResourceDefinition definition, int priority) {
        return definition.getSpec().getVersions().getFirst().getAdditionalPrinterColumns().stream()
                .filter(column -> (column.getPriority() == null ? 0 : column.getPriority()) == priority)
                .map(CustomResourceColumnDefinition::getName)
                .map(name -> name.toUpperCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private void fields(CustomResourceDefinition definition, String part) {
        JSONSchemaProps schema = Schemas.at(definition, part);
        line("");
        line("### " + definition.getSpec().getNames().getKind() + " " + part);
        line("");
        line(schema.getDescription());
        line("");
        line("| field | type | default | meaning |");
        line("|---|---|---|---|");
        rows(schema, "");
    }

    private void rows(JSONSchemaProps parent, String path) {
        if (parent.getProperties() == null) {
            return;
        }
        parent.getProperties().forEach((name, schema) -> {
            String here = path.isEmpty() ? name : path + "." + name;
            JSONSchemaProps item =
                    schema.getItems() == null ? null : schema.getItems().getSchema();
            String shown = item == null ? here : here + "[]";
            line("| `%s` | %s | %s | %s |"
                    .formatted(shown, type(schema), defaultOf(parent, name, schema), cell(schema.getDescription())));
            if (!BORROWED.contains(here)) {
                rows(item == null ? schema : item, shown);
            }
        });
    }

    private static String type(JSONSchemaProps schema) {
        if (!schema.getEnum().isEmpty()) {
            return schema.getEnum().stream()
                    .map(JsonNode::asText)
                    .map(word -> "`" + word + "`")
                    .collect(Collectors.joining(" or "));
        }
        if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
            return "quantity";
        }
        if (schema.getItems() != null) {
            return "list of " + type(schema.getItems().getSchema()) + "s";
        }
        if (schema.getAdditionalProperties() != null) {
            return "map";
        }
        return schema.getType();
    }

    private static String defaultOf(JSONSchemaProps parent, String name, JSONSchemaProps schema) {
        if (parent.getRequired().contains(name)) {
            return "required";
        }
        JsonNode value = schema.getDefault();
        boolean nothingToSay = value == null || (value.isContainerNode() && value.isEmpty());
        return nothingToSay ? "" : "`" + value.asText() + "`";
    }

    private void refusals(String kind) {
        line("");
        line("### What is refused, and what the API server says");
        line("");
        line("| mistake | answer |");
        line("|---|---|");
        Corpus.entries(kind, "").filter(entry -> !entry.expected().isEmpty()).forEach(entry -> {
            String when = entry.name().startsWith("update-") ? "later: " : "";
            line("| %s%s | %s |".formatted(when, entry.mistake(), cell(entry.expected())));
        });
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*");
    }

    private void line(String text) {
        page.append(text).append('\n');
    }
}
