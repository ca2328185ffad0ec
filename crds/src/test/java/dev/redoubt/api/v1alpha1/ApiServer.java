package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A real API server that has our schemas, and a namespace of our own in it.
 *
 * <p>It is sent the YAML as people write it, by strict validation: what it answers is what {@code kubectl} shows.
 */
final class ApiServer implements AutoCloseable {

    private static final String STRICT = "fieldValidation=Strict&fieldManager=corpus";
    private static final String DRY_RUN = "&dryRun=All";
    private static final String ONLY_A_REMARK = "some validation rules were not checked because the object was invalid";

    private final KubernetesClient client = new KubernetesClientBuilder()
            .withKubernetesSerialization(RedoubtSerialization.create())
            .build();
    private final String namespace = "crds-" + UUID.randomUUID().toString().substring(0, 8);

    ApiServer() {
        Schemas.all().forEach(this::install);
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
    }

    /** As the chart does, and under its name: Helm refuses definitions that have another owner. */
    private void install(CustomResourceDefinition definition) {
        var resource = client.apiextensions().v1().customResourceDefinitions().resource(definition);
        resource.patch(
                new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager("helm")
                        .withForce(true)
                        .build(),
                definition);
        resource.waitUntilCondition(
                installed -> Optional.ofNullable(installed)
                        .map(CustomResourceDefinition::getStatus)
                        .map(CustomResourceDefinitionStatus::getConditions) // null in the first moment
                        .orElse(List.of())
                        .stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True")),
                30,
                TimeUnit.SECONDS);
    }

    KubernetesClient client() {
        return client;
    }

    /** What the API server says to a resource that would be created. */
    Answer tryToCreate(Corpus.Entry entry) {
        return send(request(entry, "?" + STRICT + DRY_RUN)
                .post("application/yaml", entry.documents().getFirst()));
    }

    /** Creates the first document of an entry for real. */
    Answer store(Corpus.Entry entry, String name) {
        return send(request(entry, "/" + name + "?" + STRICT)
                .method(
                        "PATCH",
                        "application/apply-patch+yaml",
                        entry.documents().getFirst()));
    }

    /** What the API server says when the second document of an entry would be applied over the first. */
    Answer tryToUpdate(Corpus.Entry entry, String name) {
        return send(request(entry, "/" + name + "?" + STRICT + DRY_RUN)
                .method(
                        "PATCH",
                        "application/apply-patch+yaml",
                        entry.documents().getLast()));
    }

    Answer delete(Corpus.Entry entry, String name) {
        return send(request(entry, "/" + name).method("DELETE", "application/json", "{}"));
    }

    /** The rows that {@code kubectl get} would print, as the API server makes them. */
    Answer table(Corpus.Entry entry, String name) {
        return send(request(entry, "/" + name).header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io"));
    }

    private HttpRequest.Builder request(Corpus.Entry entry, String rest) {
        return client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(URI.create(client.getMasterUrl() + "apis/redoubt.dev/v1alpha1/namespaces/" + namespace + "/"
                        + entry.plural() + rest));
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.getHttpClient()
                    .sendAsync(request.build(), String.class)
                    .get(10, TimeUnit.SECONDS);
            return new Answer(response.code(), Schemas.SERIALIZATION.unmarshal(response.bodyString(), JsonNode.class));
        } catch (IOException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("no answer from " + client.getMasterUrl(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.namespaces().withName(namespace).delete();
        client.close();
    }

    /** Status code and body. */
    record Answer(int code, JsonNode body) {

        boolean accepted() {
            return code / 100 == 2;
        }

        String message() {
            return body.path("message").asText();
        }

        /**
         * What is wrong, one text for each cause. The API server's remark that it has not looked at the rest is no cause;
         * a cause that strict decoding finds is in the message alone.
         */
        List<String> causes() {
            List<String> causes = new ArrayList<>();
            for (JsonNode cause : body.at("/details/causes")) {
                if (!cause.path("message").asText().contains(ONLY_A_REMARK)) {
                    causes.add(cause.path("field").asText() + ": "
                            + cause.path("message").asText());
                }
            }
            return causes.isEmpty() ? List.of(message()) : causes;
        }

        /** The fields that the causes name, each once. */
        List<String> fields() {
            return causes().stream()
                    .map(cause -> cause.split(": ", 2)[0])
                    .distinct()
                    .toList();
        }
    }
}
