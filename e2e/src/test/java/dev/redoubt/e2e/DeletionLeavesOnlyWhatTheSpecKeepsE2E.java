package dev.redoubt.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.e2e.cluster.OnCluster;
import dev.redoubt.e2e.cluster.OperatorPod;
import dev.redoubt.e2e.cluster.Stage;
import dev.redoubt.e2e.process.Program;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code kubectl delete redis} takes everything along; the claim stays or goes as {@code retention} says. */
@OnCluster
final class DeletionLeavesOnlyWhatTheSpecKeepsE2E {

    private static final String REDIS = """
            apiVersion: redoubt.dev/v1alpha1
            kind: Redis
            metadata: {name: %s}
            spec:
              maxMemory: 64Mi
              persistence: {storage: {retention: %s}}
            """;

    private static final String EVERYTHING =
            "statefulset,deployment,pod,service,configmap,secret,serviceaccount,networkpolicy,pdb,pvc";

    private final Stage stage;

    DeletionLeavesOnlyWhatTheSpecKeepsE2E(Stage stage) {
        this.stage = stage;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"kept, Retain, persistentvolumeclaim/data-kept-redis-0", "gone, Delete, ''"})
    void onlyTheClaimMayStay(String name, String retention, String left) {
        List<String> before = everything();
        stage.applyAndAwaitReady(REDIS.formatted(name, retention), "redis/" + name);
        assertThat(everything()).hasSizeGreaterThan(before.size() + 5);
        stage.kubectl("delete", "redis", name).succeeded();
        Awaitility.await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(
                        everything().stream().filter(object -> !before.contains(object)))
                .containsExactlyElementsOf(left.isEmpty() ? List.of() : List.of(left)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource("again")
    void aRetainedClaimIsTakenUpAgainByARedisOfTheSameName(String name) {
        stage.applyAndAwaitReady(REDIS.formatted(name, "Retain"), "redis/" + name);
        String claim = claimUid(name);
        stage.kubectl("delete", "redis", name, "--cascade=foreground").succeeded();
        stage.applyAndAwaitReady(REDIS.formatted(name, "Retain"), "redis/" + name);
        assertThat(claimUid(name)).isEqualTo(claim);
    }

    /** Its objects go one after the other, and each of them wakes a pass. An alert rings at a pass that fails. */
    @Test
    void aNamespaceThatGoesIsNoFailure() {
        String name = "e2e-going-" + Long.toString(System.nanoTime(), Character.MAX_RADIX);
        try (Stage going = Stage.fresh(name)) {
            going.applyAndAwaitReady(REDIS.formatted("gone", "Delete"), "redis/gone");
            going.kubectl()
                    .within(Stage.PATIENCE)
                    .run("delete", "namespace", name)
                    .succeeded();
        }
        assertThat(Program.kubectl()
                        .run("logs", "--namespace", OperatorPod.NAMESPACE, "deployment/" + OperatorPod.DEPLOYMENT)
                        .succeeded()
                        .text()
                        .lines()
                        .filter(line -> line.contains(name)))
                .isNotEmpty()
                .noneMatch(line -> line.contains("Uncaught error") || line.contains("\"level\":\"ERROR\""));
    }

    private String claimUid(String name) {
        return stage.kubectl("get", "pvc", "data-" + name + "-redis-0", "-o", "jsonpath={.metadata.uid}")
                .succeeded()
                .text();
    }

    private List<String> everything() {
        return stage.kubectl("get", EVERYTHING, "-o", "name")
                .succeeded()
                .text()
                .lines()
                .sorted()
                .toList();
    }
}
