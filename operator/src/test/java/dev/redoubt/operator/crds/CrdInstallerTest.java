package dev.redoubt.operator.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.FakeApi.Answer;
import dev.redoubt.operator.FakeApi.Request;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CrdInstallerTest {
    private static final String ESTABLISHED = """
            {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "x"},
             "status": {"conditions": [{"type": "Established", "status": "%s"}]}}
            """;

    /** As the API server tells it in the first moment. */
    private static final String FRESH = """
            {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": "x"},
             "status": {"conditions": null, "acceptedNames": {"plural": "", "kind": ""}}}
            """;

    private FakeApi api;

    @BeforeEach
    void start() {
        api = new FakeApi();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void appliesAllAsHelmWouldAndWaitsUntilTheyAreServed() {
        api.answer(request -> request.method().equals("GET")
                ? new Answer(200, asked("GET") < 2 ? FRESH : ESTABLISHED.formatted(asked("GET") < 4 ? "False" : "True"))
                : new Answer(200, request.body()));

        var names = new CrdInstaller(api.client()).install(Duration.ofSeconds(30));

        assertThat(names).containsExactly("redises.redoubt.dev", "cacheservices.redoubt.dev", "redisusers.redoubt.dev");
        assertThat(api.requests())
                .filteredOn(request -> request.method().equals("PATCH"))
                .hasSize(3)
                .allSatisfy(request -> {
                    assertThat(request.target())
                            .startsWith("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/")
                            .contains("fieldManager=helm", "force=true");
                    assertThat(request.contentType()).startsWith("application/apply-patch+yaml");
                });
    }

    /** The hook's role has these three verbs, on the names. */
    @Test
    void getsAndPatchesByNameAndNothingElse() {
        api.answer(request -> request.method().equals("GET")
                ? new Answer(200, ESTABLISHED.formatted("True"))
                : new Answer(200, request.body()));

        new CrdInstaller(api.client()).install(Duration.ofSeconds(30));

        assertThat(api.requests()).allSatisfy(request -> {
            assertThat(request.method()).isIn("GET", "PATCH");
            assertThat(request.target())
                    .matches("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"
                            + "(redises|cacheservices|redisusers)\\.redoubt\\.dev(\\?.*)?");
        });
    }

    @Test
    void saysWhichDefinitionIsNotServed() {
        api.answer(request -> request.method().equals("GET")
                ? new Answer(200, ESTABLISHED.formatted("False"))
                : new Answer(200, request.body()));

        assertThatThrownBy(() -> new CrdInstaller(api.client()).install(Duration.ofMillis(600)))
                .hasMessageContaining("redises.redoubt.dev")
                .hasMessageContaining("kubectl describe crd");
    }

    @Test
    void aRefusalIsPassedOn() {
        api.answer(_ -> Answer.refusal(403, "forbidden"));

        assertThatThrownBy(() -> new CrdInstaller(api.client()).install(Duration.ofSeconds(30)))
                .isInstanceOf(KubernetesClientException.class);
    }

    private long asked(String method) {
        return api.requests().stream()
                .map(Request::method)
                .filter(method::equals)
                .count();
    }
}
