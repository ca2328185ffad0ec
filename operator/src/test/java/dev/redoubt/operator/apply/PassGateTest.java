package dev.redoubt.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.redis.RedisFixture;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PassGateTest {
    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration LATE = Duration.ofSeconds(30);

    private final PassGate gate = new PassGate();

    @Test
    void manyPassesRunAtATime() {
        assertThat(gate.enter()).isTrue();
        assertThat(gate.enter()).isTrue();
    }

    @Test
    void aClosedGateLetsNobodyIn() {
        assertThat(gate.close(SOON)).isTrue();

        assertThat(gate.enter()).isFalse();
    }

    @Test
    void aPassThatRunsIsWaitedForAndNoOtherBegins() throws Exception {
        assertThat(gate.enter()).isTrue();
        var closed = CompletableFuture.supplyAsync(() -> gate.close(LATE));
        assertThat(closed.isDone()).isFalse();

        gate.leave();

        assertThat(closed.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(gate.enter()).isFalse();
    }

    @Test
    void aPassThatDoesNotEndIsNotWaitedForForever() {
        assertThat(gate.enter()).isTrue();

        assertThat(gate.close(SOON)).isFalse();
    }

    @Test
    void aResourceThatIsDeletedHasNoPass() {
        var deleted = redis();
        deleted.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");

        var control = gate.pass(deleted, () -> {
            throw new AssertionError("a pass has begun");
        });

        assertThat(control.isNoUpdate()).isTrue();
    }

    @Test
    void aPassEndsWithoutAWordWhereItsNamespaceGoes() {
        var refusal = refusal(new StatusBuilder()
                .withCode(403)
                .withNewDetails()
                .withKind("deployments")
                .withName("r-redis")
                .addNewCause("metadata.namespace", "namespace shop is being terminated", "NamespaceTerminating")
                .endDetails());

        assertThat(passThatEndsWith(refusal).isNoUpdate()).isTrue();
        assertThat(gate.close(SOON)).as("the pass has left").isTrue();
    }

    @Test
    void aPassEndsWithoutAWordWhereItsResourceIsGone() {
        assertThat(passThatEndsWith(refusal(notFound("redises", "r"))).isNoUpdate())
                .isTrue();
    }

    @Test
    void everyOtherRefusalIsAFailure() {
        var others = List.of(
                notFound("redises", "another"),
                notFound("deployments", "r"),
                // What the API server says where the definitions are not installed.
                new StatusBuilder().withCode(404).withNewDetails().endDetails(),
                new StatusBuilder().withCode(403).withNewDetails().endDetails(),
                new StatusBuilder().withCode(500));

        assertThat(others).map(PassGateTest::refusal).allSatisfy(refusal -> assertThatThrownBy(
                        () -> passThatEndsWith(refusal))
                .isSameAs(refusal));
        assertThat(gate.close(SOON)).as("every pass has left").isTrue();
    }

    private UpdateControl<Redis> passThatEndsWith(KubernetesClientException refusal) {
        return gate.pass(redis(), () -> {
            throw refusal;
        });
    }

    private static Redis redis() {
        return RedisFixture.redis("r", "{}");
    }

    private static StatusBuilder notFound(String kind, String name) {
        return new StatusBuilder()
                .withCode(404)
                .withNewDetails()
                .withKind(kind)
                .withName(name)
                .endDetails();
    }

    private static KubernetesClientException refusal(StatusBuilder status) {
        return new KubernetesClientException(status.build());
    }
}
