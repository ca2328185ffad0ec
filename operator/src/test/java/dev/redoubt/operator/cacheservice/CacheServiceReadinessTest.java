package dev.redoubt.operator.cacheservice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.api.v1alpha1.RedisStatus;
import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.cacheservice.CacheServiceReadiness.NamedRedis;
import dev.redoubt.operator.redis.RedisFixture;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheServiceReadinessTest {
    private static final CacheServiceModel MODEL =
            CacheServiceFixture.model(CacheServiceFixture.service("{redisRef: {name: cache}, replicas: 2}"));
    private static final String ROLLED_OUT =
            "{observedGeneration: 3, replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2}";
    private static final NamedRedis READY = redis(Verdict.ready("Answers."));

    @Test
    void itIsReadyWhenAllReplicasServeTheCurrentSpecification() {
        assertThat(of(ROLLED_OUT, List.of()))
                .isEqualTo(Verdict.ready("All 2 replicas serve at https://api-cache-service.shop.svc."));
    }

    /** A Deployment that is new has no numbers, and one that changed has those of before. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{observedGeneration: 3}",
                "{observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2}",
                "{observedGeneration: 3, replicas: 3, updatedReplicas: 2, availableReplicas: 2}",
                "{observedGeneration: 3, replicas: 2, updatedReplicas: 1, availableReplicas: 2}",
                "{observedGeneration: 3, replicas: 2, updatedReplicas: 2, availableReplicas: 1}"
            })
    void itRollsOutUntilEveryNumberIsRight(String status) {
        assertThat(of(status, List.of()).reason()).isEqualTo(Reason.RollingOut);
        assertThat(of(status, List.of()).ready()).isFalse();
    }

    /** The specification asks for two by now, and the pause keeps it at what its Deployment says. */
    @Test
    void duringAPauseItIsHeldToItsDeployment() {
        var one = deployment(ROLLED_OUT.replace("2", "1"));
        one.getSpec().setReplicas(1);

        assertThat(CacheServiceReadiness.ofPaused(MODEL.names(), Optional.of(one), List.of(), List.of(READY)))
                .isEqualTo(Verdict.ready("All 1 replicas serve at https://api-cache-service.shop.svc."));
        assertThat(CacheServiceReadiness.ofPaused(MODEL.names(), Optional.empty(), List.of(), List.of(READY))
                        .reason())
                .isEqualTo(Reason.Paused);
    }

    @Test
    void beforeTheDeploymentIsThereItRollsOut() {
        var verdict = CacheServiceReadiness.of(MODEL, Optional.empty(), List.of(), List.of(READY));

        assertThat(verdict.message()).startsWith("0 of 2 replicas are available");
    }

    @Test
    void aPodInTroubleIsNamed() {
        var pod = Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: api-cache-service-x, namespace: shop}
                status: {phase: Running, containerStatuses: [{name: cache-service, ready: false,
                  state: {terminated: {exitCode: 78, reason: Error}}}]}
                """, Pod.class);

        var verdict = of("{observedGeneration: 3, replicas: 2, availableReplicas: 1}", List.of(pod));

        assertThat(verdict.reason()).isEqualTo(Reason.CrashLooping);
        assertThat(verdict.message()).startsWith("1 of 2").contains("api-cache-service-x", "exit code 78");
    }

    @Test
    void aRedisThatIsNotReadyComesFirst() {
        var silent = redis(Verdict.notReady(Reason.ServerUnreachable, "No answer."));

        var verdict =
                CacheServiceReadiness.of(MODEL, Optional.of(deployment(ROLLED_OUT)), List.of(), List.of(READY, silent));

        assertThat(verdict)
                .isEqualTo(Verdict.notReady(
                        Reason.WaitingForRedis, "Redis cache is not Ready, ServerUnreachable: No answer."));
    }

    @Test
    void aRedisThatIsGoneIsNamed() {
        var gone = new NamedRedis("cache", Optional.empty());

        var verdict = CacheServiceReadiness.of(MODEL, Optional.of(deployment(ROLLED_OUT)), List.of(), List.of(gone));

        assertThat(verdict.reason()).isEqualTo(Reason.WaitingForRedis);
        assertThat(verdict.message()).contains("Redis cache does not exist any more");
    }

    @Test
    void noReplicaServesNobody() {
        var none = CacheServiceFixture.model(CacheServiceFixture.service("{redisRef: {name: cache}, replicas: 0}"));

        var verdict = CacheServiceReadiness.of(none, Optional.empty(), List.of(), List.of(READY));

        assertThat(verdict.ready()).isFalse();
        assertThat(verdict.reason()).isEqualTo(Reason.ScaledToZero);
    }

    /** A pass that failed says nothing of the replicas: they are measured as they are. */
    @Test
    void itServesHoweverThePassEnded() {
        var rolledOut = Optional.of(deployment(ROLLED_OUT));
        var silent = redis(Verdict.notReady(Reason.ServerUnreachable, "No answer."));

        assertThat(CacheServiceReadiness.serves(2, rolledOut, List.of(READY))).isTrue();
        assertThat(CacheServiceReadiness.serves(3, rolledOut, List.of(READY))).isFalse();
        assertThat(CacheServiceReadiness.serves(0, rolledOut, List.of(READY))).isFalse();
        assertThat(CacheServiceReadiness.serves(2, rolledOut, List.of(READY, silent)))
                .isFalse();
        assertThat(CacheServiceReadiness.serves(2, Optional.of(deployment("{}")), List.of(READY)))
                .isFalse();
        assertThat(CacheServiceReadiness.serves(2, Optional.empty(), List.of(READY)))
                .isFalse();
    }

    private static Verdict of(String status, List<Pod> pods) {
        return CacheServiceReadiness.of(MODEL, Optional.of(deployment(status)), pods, List.of(READY));
    }

    private static Deployment deployment(String status) {
        return Serialization.unmarshal("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: api-cache-service, namespace: shop, generation: 3}
                spec: {replicas: 2}
                status: %s
                """.formatted(status), Deployment.class);
    }

    private static NamedRedis redis(Verdict verdict) {
        Redis redis = RedisFixture.redis("cache", "{}");
        redis.setStatus(new RedisStatus(
                1L, Conditions.of(verdict, List.of(), 1, FakeApi.NOW), null, List.of(), null, null, null, List.of()));
        return new NamedRedis("cache", Optional.of(redis));
    }
}
