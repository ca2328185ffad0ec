package dev.redoubt.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.e2e.cluster.Api;
import dev.redoubt.e2e.cluster.History;
import dev.redoubt.e2e.cluster.Kind;
import dev.redoubt.e2e.cluster.Moment;
import dev.redoubt.e2e.cluster.OnCluster;
import dev.redoubt.e2e.cluster.Stage;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A CacheService waits for its Redis and says so, answers truthfully without it, and is whole again with it. */
@OnCluster
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TheCacheServiceOutlivesItsRedisE2E {

    private static final String SERVICE = """
            apiVersion: redoubt.dev/v1alpha1
            kind: CacheService
            metadata: {name: patient}
            spec:
              redisRef: {name: late}
              replicas: 1
              regions: [{name: numbers, ttl: 5m}]
              clients: [{name: app, read: [numbers], write: [numbers]}]
            """;

    private static final String REDIS = """
            apiVersion: redoubt.dev/v1alpha1
            kind: Redis
            metadata: {name: late}
            spec: {maxMemory: 64Mi}
            """;

    private static final String NO_MORE_PODS = """
            apiVersion: v1
            kind: ResourceQuota
            metadata: {name: no-more-pods}
            spec: {hard: {pods: "0"}}
            """;

    private static final Duration FALL = Duration.ofSeconds(10);

    /** An answer without Redis must not wait for Redis; the room is for curl's handshake on a loaded machine. */
    private static final double QUICKLY = 1.0;

    private final Stage stage;

    TheCacheServiceOutlivesItsRedisE2E(Stage stage) {
        this.stage = stage;
    }

    @Test
    @Order(1)
    void withoutItsRedisItSaysWhatItWaitsFor() {
        try (History history = stage.history(Kind.CACHE_SERVICE, "patient")) {
            stage.apply(SERVICE).succeeded();
            Moment waiting = history.await("Ready=False", Stage.PATIENCE, Moment::isNotReady);
            assertThat(waiting.condition("Ready").message()).contains("late");
            assertThat(history.moments()).noneMatch(Moment::isReady);
        }
    }

    @Test
    @Order(2)
    void whenTheRedisComesItBecomesReady() {
        try (History history = stage.history(Kind.CACHE_SERVICE, "patient")) {
            stage.apply(REDIS).succeeded();
            history.await("Ready", Stage.PATIENCE, Moment::isReady);
        }
    }

    @Test
    @Order(3)
    void anOutageIs503QuicklyAndReadyFallsAndEverythingComesBack() {
        Api app = Api.client(stage, "patient", "app");
        assertThat(app.put("/v1/cache/numbers/one", "1").status()).isIn(201, 204);
        try (History history = stage.history(Kind.CACHE_SERVICE, "patient")) {
            stopRedis();
            Moment fell = history.await("Ready=False", FALL, Moment::isNotReady);
            assertThat(fell.condition("Ready").message()).contains("late");
            assertOutageIsToldQuickly(app);
            startRedis();
            history.awaitSince(history.moments().indexOf(fell), "Ready again", Stage.PATIENCE, Moment::isReady);
        }
        Awaitility.await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(
                        app.get("/v1/cache/numbers/one").body())
                .isEqualTo("1"));
        // One link is back; the service has several.
        Awaitility.await()
                .atMost(FALL)
                .untilAsserted(() -> assertThat(app.get("/v1/status").body()).contains("NORMAL"));
    }

    private static void assertOutageIsToldQuickly(Api app) {
        Awaitility.await().atMost(FALL).untilAsserted(() -> {
            Api.Answer outage = app.get("/v1/cache/numbers/never-stored");
            assertThat(outage.status()).as(outage.toString()).isEqualTo(503);
            assertThat(outage.type()).startsWith("application/problem+json");
            assertThat(outage.seconds()).isLessThan(QUICKLY);
        });
        Awaitility.await()
                .atMost(FALL)
                .untilAsserted(() -> assertThat(app.get("/v1/status").body()).contains("DEGRADED"));
    }

    /** Deletes the pod and, by a quota, keeps the next one from being made. */
    private void stopRedis() {
        stage.apply(NO_MORE_PODS).succeeded();
        // Nothing is refused before the quota's own controller has looked at it.
        stage.kubectl("wait", "--for=jsonpath={.status.hard.pods}=0", "--timeout=60s", "resourcequota/no-more-pods")
                .succeeded();
        stage.kubectl("delete", "pod", "late-redis-0").succeeded();
    }

    private void startRedis() {
        stage.kubectl("delete", "resourcequota", "no-more-pods").succeeded();
    }
}
