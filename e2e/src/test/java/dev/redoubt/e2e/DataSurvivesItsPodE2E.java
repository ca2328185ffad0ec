package dev.redoubt.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.e2e.cluster.ClientPod;
import dev.redoubt.e2e.cluster.History;
import dev.redoubt.e2e.cluster.Kind;
import dev.redoubt.e2e.cluster.Moment;
import dev.redoubt.e2e.cluster.OnCluster;
import dev.redoubt.e2e.cluster.Stage;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A deleted or killed pod comes back with its data from the append-only file, and Ready tells of the gap. */
@OnCluster
final class DataSurvivesItsPodE2E {

    private static final String REDIS = """
            apiVersion: redoubt.dev/v1alpha1
            kind: Redis
            metadata: {name: durable}
            spec: {maxMemory: 64Mi}
            """;

    private static final Duration FALL = Duration.ofSeconds(10);

    /** Tries again as docs/connect.md advises: the route to a pod that has just become Ready may open a moment later. */
    private static final String CONNECT = """
            import redis
            from redis.backoff import ExponentialBackoff
            from redis.retry import Retry
            def binding(key):
                return open("/binding/" + key).read()
            r = redis.Redis(host=binding("REDIS_HOST"), username=binding("REDIS_USERNAME"),
                            password=binding("REDIS_PASSWORD"), ssl=True, ssl_ca_certs="/binding/ca.crt",
                            socket_connect_timeout=2, socket_timeout=10,
                            retry=Retry(ExponentialBackoff(base=0.1, cap=2), retries=10,
                                        supported_errors=(redis.ConnectionError, redis.TimeoutError, OSError)))
            """;

    private final Stage stage;
    private ClientPod application;

    DataSurvivesItsPodE2E(Stage stage) {
        this.stage = stage;
    }

    @BeforeAll
    void aRedisAndAnApplication() {
        stage.applyAndAwaitReady(REDIS, "redis/durable");
        application = ClientPod.named("application")
                .clientOfRedis("durable")
                .mounting("durable-binding")
                .startedOn(stage);
    }

    @Test
    void afterKubectlDeletePodTheKeysAreThereAndReadyFellAndRose() {
        write("deleted");
        try (History history = stage.history(Kind.REDIS, "durable")) {
            String uid = stage.pod("durable-redis-0").getMetadata().getUid();
            stage.kubectl("delete", "pod", "durable-redis-0").succeeded();
            Moment fell = history.await("Ready=False", FALL, Moment::isNotReady);
            Moment rose =
                    history.awaitSince(history.moments().indexOf(fell), "Ready again", Stage.PATIENCE, Moment::isReady);
            assertThat(rose.elapsedNanos()).isGreaterThan(fell.elapsedNanos());
            assertThat(fell.condition("Ready").message()).isNotBlank();
            assertThat(stage.pod("durable-redis-0").getMetadata().getUid()).isNotEqualTo(uid);
        }
        assertThat(read()).isEqualTo("1000 value-999-deleted");
    }

    @Test
    void afterAKillWithoutGraceTheKeysAreThere() {
        write("killed");
        settleOnDisk();
        try (History history = stage.history(Kind.REDIS, "durable")) {
            stage.kubectl("delete", "pod", "durable-redis-0", "--grace-period=0", "--force")
                    .succeeded();
            Moment fell = history.await("Ready=False", FALL, Moment::isNotReady);
            history.awaitSince(history.moments().indexOf(fell), "Ready again", Stage.PATIENCE, Moment::isReady);
        }
        assertThat(read()).isEqualTo("1000 value-999-killed");
    }

    private void write(String run) {
        application.python(CONNECT + """
                r.mset({f"key-{n}": f"value-{n}-%s" for n in range(1000)})
                """.formatted(run)).succeeded();
    }

    /** appendfsync everysec promises what was written more than a second ago; two make room for a loaded disk. */
    private void settleOnDisk() {
        application.sh("sleep 2").succeeded();
    }

    private String read() {
        return application.python(CONNECT + """
                print(r.dbsize(), r.get("key-999").decode())
                """).succeeded().text();
    }
}
