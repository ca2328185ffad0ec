package dev.redoubt.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds for all schemas, and what they share. */
class SchemaStyleTest {

    @Test
    void everyFieldIsExplained() {
        for (CustomResourceDefinition definition : Schemas.all()) {
            List<String> unexplained = new ArrayList<>();
            collectUnexplained(Schemas.root(definition), "", unexplained);
            unexplained.remove(".metadata"); // the API server explains it
            assertThat(unexplained).isEmpty();
        }
    }

    @Test
    void whatBothKindsHaveIsTheSameInBoth() {
        for (String shared : List.of("resources", "access", "scheduling")) {
            assertThat(withoutDescriptions(Schemas.at(Schemas.REDIS, "spec", shared)))
                    .as(shared)
                    .isEqualTo(withoutDescriptions(Schemas.at(Schemas.CACHE_SERVICE, "spec", shared)));
        }
        assertThat(withoutDescriptions(Schemas.at(Schemas.REDIS, "status", "conditions")))
                .isEqualTo(withoutDescriptions(Schemas.at(Schemas.CACHE_SERVICE, "status", "conditions")))
                .isEqualTo(withoutDescriptions(Schemas.at(Schemas.REDIS_USER, "status", "conditions")));
    }

    @Test
    void columns() {
        assertThat(columns(Schemas.REDIS, 0))
                .containsExactly("Topology", "Version", "Memory", "Ready", "Hardened", "Age");
        assertThat(columns(Schemas.REDIS, 1)).containsExactly("Engine", "Policy", "Endpoint", "Reason");
        assertThat(columns(Schemas.CACHE_SERVICE, 0)).containsExactly("Redis", "State", "Replicas", "Ready", "Age");
        assertThat(columns(Schemas.CACHE_SERVICE, 1)).containsExactly("Desired", "URL", "Reason");
        assertThat(columns(Schemas.REDIS_USER, 0)).containsExactly("Redis", "Ready", "Age");
        assertThat(columns(Schemas.REDIS_USER, 1)).containsExactly("Binding", "Rules", "Reason");
    }

    private static List<String> columns(CustomResourceDefinition definition, int priority) {
        return definition.getSpec().getVersions().getFirst().getAdditionalPrinterColumns().stream()
                .filter(column -> (column.getPriority() == null ? 0 : column.getPriority()) == priority)
                .map(CustomResourceColumnDefinition::getName)
                .toList();
    }

    private static void collectUnexplained(JSONSchemaProps schema, String path, List<String> unexplained) {
        if (schema.getProperties() != null) {
            schema.getProperties().forEach((name, property) -> {
                String here = path + "." + name;
                if (property.getDescription() == null
                        || property.getDescription().isBlank()) {
                    unexplained.add(here);
                }
                collectUnexplained(property, here, unexplained);
            });
        }
        if (schema.getItems() != null) {
            collectUnexplained(schema.getItems().getSchema(), path + "[]", unexplained);
        }
    }

    private static String withoutDescriptions(JSONSchemaProps schema) {
        return Schemas.SERIALIZATION.asJson(schema).replaceAll("\"description\":\"(\\\\.|[^\"\\\\])*\",?", "");
    }
}
