package dev.redoubt.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.e2e.cluster.History;
import dev.redoubt.e2e.cluster.Kind;
import dev.redoubt.e2e.cluster.Moment;
import dev.redoubt.e2e.cluster.OnCluster;
import dev.redoubt.e2e.cluster.OperatorPod;
import dev.redoubt.e2e.cluster.Stage;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Killing the operator neither loses a creation that was under way nor touches a Redis that runs. */
@OnCluster
final class TheOperatorMayDieAtAnyTimeE2E {

    private static final String REDIS = """
            apiVersion: redoubt.dev/v1alpha1
            kind: Redis
            metadata: {name: %s}
            spec: {maxMemory: 64Mi}
            """;

    private final Stage stage;
    private final OperatorPod operator;
    private int successors;

    TheOperatorMayDieAtAnyTimeE2E(Stage stage) {
        this.stage = stage;
        this.operator = new OperatorPod(stage.client());
    }

    @Test
    void killedInTheMiddleOfACreationItsSuccessorConverges() {
        List<String> names =
                IntStream.range(0, 3).mapToObj(number -> "halfway-" + number).toList();
        List<String> former = operator.names();
        names.forEach(name -> stage.apply(REDIS.formatted(name)).succeeded());
        Awaitility.await()
                .alias("the first owned object, so that the creation is under way")
                .atMost(Stage.PATIENCE)
                .until(() -> stage.client()
                                .resources(Secret.class)
                                .inNamespace(stage.namespace())
                                .withLabel("app.kubernetes.io/managed-by", "redoubt")
                                .list()
                                .getItems()
                                .size()
                        > 0);
        operator.kill();
        assertThat(names).as("not all finished before the kill").anySatisfy(name -> assertThat(ready(name))
                .isFalse());
        operator.awaitSuccessorOf(former);
        names.forEach(name -> stage.awaitReady("redis/" + name));
        names.forEach(name -> stage.kubectl("delete", "redis", name).succeeded());
    }

    @Test
    void noPodOfAReadyRedisRestartsWhenTheOperatorDoes() {
        stage.applyAndAwaitReady(REDIS.formatted("steady"), "redis/steady");
        List<String> before = identity(stage.pod("steady-redis-0"));
        restartTheOperator();
        stage.awaitReady("redis/steady");
        assertThat(identity(stage.pod("steady-redis-0"))).isEqualTo(before);
        stage.kubectl("delete", "redis", "steady").succeeded();
    }

    @Test
    void aReadyRedisStaysReadyWhenTheOperatorRestarts() {
        stage.applyAndAwaitReady(REDIS.formatted("calm"), "redis/calm");
        try (History history = stage.history(Kind.REDIS, "calm")) {
            history.await("there", Stage.PATIENCE, moment -> true);
            restartTheOperator();
            assertThat(history.moments().stream().allMatch(Moment::isReady))
                    .as(history.toString())
                    .isTrue();
        }
    }

    /** Kills it and waits until its successor has proven to work, by a further Redis. */
    private void restartTheOperator() {
        List<String> former = operator.names();
        operator.kill();
        operator.awaitSuccessorOf(former);
        String name = "proof-" + ++successors;
        stage.applyAndAwaitReady(REDIS.formatted(name), "redis/" + name);
        stage.kubectl("delete", "redis", name).succeeded();
    }

    private boolean ready(String name) {
        return stage.now(Kind.REDIS, name).isReady();
    }

    /** What changes when a pod is replaced or its container started again. */
    private static List<String> identity(Pod pod) {
        return pod.getStatus().getContainerStatuses().stream()
                .map(container -> pod.getMetadata().getUid() + " restarts " + container.getRestartCount() + " since "
                        + container.getState().getRunning().getStartedAt())
                .toList();
    }
}
