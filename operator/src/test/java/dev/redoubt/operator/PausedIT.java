package dev.redoubt.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.CacheService;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.cluster.OnCluster;
import dev.redoubt.operator.cluster.Stage;
import dev.redoubt.operator.cluster.User;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** While a resource is paused the operator looks and changes nothing; afterwards it does all that it has missed. */
@OnCluster
class PausedIT {
    private static final Duration QUIET = Duration.ofSeconds(3);
    private static final Duration HANG = Duration.ofSeconds(20);

    private Stage stage;
    private User user;

    @BeforeEach
    void givenTheOperator() {
        stage = Stage.open("paused");
        user = stage.user();
        stage.operator().start();
    }

    @AfterEach
    void leaveNothing() {
        stage.close();
    }

    @Test
    void whatARedisMissesIsDoneAtOnceWhenItGoesOn() {
        givenAPausedRedis();

        user.appliesSmallRedis("cache", "maxMemoryPolicy: noeviction");
        stage.operator().restsFor(QUIET);
        assertThat(stage.operatorLogin("cache").parameter("maxmemory-policy")).isEqualTo("allkeys-lru");
        stage.object(Service.class, "cache-redis").delete();
        staysAway(Service.class, "cache-redis");

        var waiting = user.redis("cache");
        assertThat(waiting.getStatus().observedGeneration())
                .isLessThan(waiting.getMetadata().getGeneration());
        assertThat(User.condition(waiting, "Ready").getStatus()).isEqualTo("True");
        assertThat(User.condition(waiting, "Stalled").getStatus()).isEqualTo("False");
        assertThat(User.condition(waiting, "Reconciling").getMessage())
                .contains("kubectl -n " + stage.namespace() + " annotate redis cache redoubt.dev/paused-");

        user.resumes(Redis.class, "cache");

        user.seesReady(Redis.class, "cache");
        await().atMost(Stage.PATIENCE).untilAsserted(() -> stage.existing(Service.class, "cache-redis"));
        await().atMost(Stage.PATIENCE)
                .untilAsserted(() -> assertThat(stage.operatorLogin("cache").parameter("maxmemory-policy"))
                        .isEqualTo("noeviction"));
        assertThat(stage.events("cache")).contains(EventReason.Paused.name(), EventReason.Resumed.name());
    }

    /** What was told before the pause holds no longer when the server does not answer, pause or not. */
    @Test
    void readyStaysMeasured() {
        givenAPausedRedis();

        stage.operatorLogin("cache").pause(HANG);

        user.seesNotReady(Redis.class, "cache", Reason.ServerUnreachable);
        user.sees(Redis.class, "cache", "Reconciling", "False", Reason.Paused, Stage.PATIENCE);
        user.seesReady(Redis.class, "cache");
    }

    /** A new operator knows nothing of the server, and reaches it without making anything. */
    @Test
    void theRestartOfTheOperatorChangesNothing() {
        givenAPausedRedis();
        stage.operator().stop();
        var version = user.redis("cache").getMetadata().getResourceVersion();
        var writes = stage.operator().writes();

        stage.operator().start();

        await().atMost(Stage.PATIENCE).until(() -> stage.operator().passes() >= 2);
        stage.operator().restsFor(QUIET);
        assertThat(stage.operator().writes()).isEqualTo(writes);
        assertThat(user.redis("cache").getMetadata().getResourceVersion()).isEqualTo(version);
    }

    @Test
    void deletionWorksAsEver() {
        givenAPausedRedis();

        user.deletesRedis("cache");

        await().atMost(Stage.PATIENCE)
                .until(() -> stage.object(StatefulSet.class, "cache-redis").get() == null);
    }

    @Test
    void aCacheServiceIsPausedAsWell() {
        user.appliesSmallRedis("cache", "");
        user.appliesCacheService("gateway", service("samples"));
        user.seesNotReady(CacheService.class, "gateway", Reason.ScaledToZero);
        user.pauses(CacheService.class, "gateway");
        user.sees(CacheService.class, "gateway", "Reconciling", "False", Reason.Paused, Stage.PATIENCE);
        user.seesReady(Redis.class, "cache");
        user.seesExporter("cache");
        stage.operator().restsFor(QUIET);

        user.appliesCacheService("gateway", service("others"));
        stage.object(Service.class, "gateway-cache-service").delete();
        staysAway(Service.class, "gateway-cache-service");
        assertThat(configuration()).contains("samples");

        user.resumes(CacheService.class, "gateway");

        await().atMost(Stage.PATIENCE).untilAsserted(() -> {
            stage.existing(Service.class, "gateway-cache-service");
            assertThat(configuration()).contains("others");
        });
        user.sees(CacheService.class, "gateway", "Reconciling", "False", Reason.Available, Stage.PATIENCE);
    }

    private void givenAPausedRedis() {
        user.appliesSmallRedis("cache", "");
        user.seesReady(Redis.class, "cache");
        user.seesExporter("cache");
        user.pauses(Redis.class, "cache");
        user.sees(Redis.class, "cache", "Reconciling", "False", Reason.Paused, Stage.PATIENCE);
        stage.operator().restsFor(QUIET);
    }

    private void staysAway(Class<? extends HasMetadata> kind, String name) {
        await().during(QUIET)
                .atMost(Stage.PATIENCE)
                .until(() -> stage.object(kind, name).get() == null);
    }

    private String configuration() {
        return stage.existing(ConfigMap.class, "gateway-cache-service-config")
                .getData()
                .toString();
    }

    private static String service(String region) {
        return "{redisRef: {name: cache}, replicas: 0, regions: [{name: %s, ttl: 10s}]}".formatted(region);
    }
}
