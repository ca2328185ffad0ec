package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.cluster.OnCluster;
import dev.redoubt.operator.cluster.Stage;
import dev.redoubt.operator.cluster.User;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Redis, from its creation to what happens to it while it runs. */
@OnCluster
class RedisIT {
    /** How long a Redis that does not serve may be called Ready. */
    private static final Duration TRUTHFUL_WITHIN = Duration.ofSeconds(10);

    /** Longer than that, and shorter than three liveness probes, after which the kubelet starts the server anew. */
    private static final Duration FROZEN = Duration.ofSeconds(15);

    private static Stage stage;
    private static User user;

    /** All that the tests begin with, so that the pods start side by side. */
    @BeforeAll
    static void givenTheOperatorAndSomeRedises() {
        stage = Stage.open("redis");
        user = stage.user();
        stage.operator().start();
        user.appliesRedis("plain", "{}");
        user.appliesSmallRedis("seven", "image: 'redoubt.dev/redis:7.0'");
        user.appliesSmallRedis("eight", "image: 'redoubt.dev/redis:8.0'");
        user.appliesSmallRedis("valkey", "engine: Valkey");
        user.appliesSmallRedis("tuned", "");
        user.appliesSmallRedis("deleted", "");
        user.appliesSmallRedis("frozen", "");
    }

    @AfterAll
    static void leaveNothing() {
        if (stage != null) {
            stage.close();
        }
    }

    @Test
    void anEmptySpecificationBecomesAReadyRedis() {
        user.seesReady(Redis.class, "plain");

        var redis = user.redis("plain");
        var status = redis.getStatus();
        assertThat(User.condition(redis, "Reconciling").getStatus()).isEqualTo("False");
        assertThat(User.condition(redis, "Stalled").getStatus()).isEqualTo("False");
        assertThat(status.version()).startsWith("8.0.");
        assertThat(status.binding().name()).isEqualTo("plain-binding");
        assertThat(status.endpoints()).singleElement().satisfies(endpoint -> {
            assertThat(endpoint.host()).isEqualTo("plain-redis." + stage.namespace() + ".svc");
            assertThat(endpoint.port()).isEqualTo(6379);
            assertThat(endpoint.tls()).isTrue();
        });
        // What comes later may be a machine that was too busy to answer.
        var events = stage.events("plain");
        assertThat(events.subList(0, events.indexOf(EventReason.Ready.name()) + 1))
                .contains(EventReason.Created.name(), EventReason.Ready.name())
                .doesNotContain(EventReason.NotReady.name());
    }

    @Test
    void anApplicationNeedsNothingButItsBinding() {
        user.seesReady(Redis.class, "plain");

        var application = stage.application("plain");
        application.set("greeting", "hello");

        assertThat(application.get("greeting")).isEqualTo("hello");
    }

    @ParameterizedTest
    @CsvSource({"seven, 7.0.", "eight, 8.0.", "valkey, 8.1."})
    void everyEngineRunsAndItsVersionIsKnown(String name, String version) {
        user.seesReady(Redis.class, name);

        assertThat(user.redis(name).getStatus().version()).startsWith(version);
        var application = stage.application(name);
        application.set("engine", name);
        assertThat(application.get("engine")).isEqualTo(name);
    }

    @Test
    void aDeletedPodTurnsReadyToFalseAndComesBackWithItsData() {
        user.seesReady(Redis.class, "deleted");
        stage.application("deleted").set("kept", "yes");
        var before = stage.existing(Pod.class, "deleted-redis-0");

        stage.object(Pod.class, "deleted-redis-0").delete();

        user.seesReadyFall(Redis.class, "deleted", TRUTHFUL_WITHIN);
        user.seesReady(Redis.class, "deleted");
        assertThat(stage.existing(Pod.class, "deleted-redis-0").getMetadata().getUid())
                .isNotEqualTo(before.getMetadata().getUid());
        assertThat(stage.application("deleted").get("kept")).isEqualTo("yes");
        // Whether the pod or its connection is seen to go first is chance.
        assertThat(stage.events("deleted"))
                .containsAnyOf(EventReason.NotReady.name(), EventReason.ServerUnreachable.name());
    }

    /** The kubelet needs longer: Ready is what the operator measures. */
    @Test
    void aServerThatHangsTurnsReadyToFalseThoughItsPodStays() {
        user.seesReady(Redis.class, "frozen");
        var before = stage.existing(Pod.class, "frozen-redis-0");

        stage.operatorLogin("frozen").pause(FROZEN);

        user.sees(Redis.class, "frozen", "Ready", "False", Reason.ServerUnreachable, TRUTHFUL_WITHIN);
        assertThat(User.condition(user.redis("frozen"), "Ready").getMessage()).contains("does not answer in time");
        user.seesReady(Redis.class, "frozen");
        assertIsTheSameProcess(before, stage.existing(Pod.class, "frozen-redis-0"));
        assertThat(stage.events("frozen")).contains(EventReason.ServerUnreachable.name());
    }

    @Test
    void aRunningServerTakesOverItsParametersWithoutARestart() {
        user.seesReady(Redis.class, "tuned");
        var before = stage.existing(Pod.class, "tuned-redis-0");

        user.appliesRedis(
                "tuned",
                "{maxMemory: 48Mi, resources: {requests: {cpu: 10m}}, maxMemoryPolicy: volatile-ttl, persistence: {appendFsync: always}}");

        var server = stage.operatorLogin("tuned");
        // On a busy machine one question may stay unanswered; the next one counts.
        await().atMost(Stage.PATIENCE)
                .ignoreExceptionsInstanceOf(RedisException.class)
                .untilAsserted(() -> {
                    assertThat(server.parameter("maxmemory")).isEqualTo(Long.toString(48L << 20));
                    assertThat(server.parameter("maxmemory-policy")).isEqualTo("volatile-ttl");
                    assertThat(server.parameter("appendfsync")).isEqualTo("always");
                });
        user.seesReady(Redis.class, "tuned");
        assertIsTheSameProcess(before, stage.existing(Pod.class, "tuned-redis-0"));
        assertThat(stage.events("tuned"))
                .contains(EventReason.ConfigurationApplied.name())
                .doesNotContain(EventReason.PodRestarting.name());
    }

    @Test
    void moreMemoryForTheContainerNeedsNoRestart() {
        user.appliesRedis("resized", "{maxMemory: 32Mi, resources: {requests: {cpu: 10m}, limits: {memory: 128Mi}}}");
        user.seesReady(Redis.class, "resized");
        var before = stage.existing(Pod.class, "resized-redis-0");

        user.appliesRedis("resized", "{maxMemory: 32Mi, resources: {requests: {cpu: 10m}, limits: {memory: 160Mi}}}");

        await().atMost(Stage.PATIENCE)
                .untilAsserted(() -> assertThat(memoryInForce(stage.existing(Pod.class, "resized-redis-0")))
                        .isEqualTo(new Quantity("160Mi")));
        user.seesReady(Redis.class, "resized");
        assertIsTheSameProcess(before, stage.existing(Pod.class, "resized-redis-0"));
        assertThat(stage.events("resized"))
                .contains(EventReason.PodResized.name())
                .doesNotContain(EventReason.PodRestarting.name());
    }

    @Test
    void anotherImageRestartsThePodAndSaysSo() {
        user.appliesSmallRedis("upgraded", "image: 'redoubt.dev/redis:7.0'");
        user.seesReady(Redis.class, "upgraded");
        stage.application("upgraded").set("kept", "yes");

        user.appliesSmallRedis("upgraded", "image: 'redoubt.dev/redis:8.0'");

        await().atMost(Stage.PATIENCE)
                .untilAsserted(() ->
                        assertThat(user.redis("upgraded").getStatus().version()).startsWith("8.0."));
        user.seesReady(Redis.class, "upgraded");
        assertThat(stage.events("upgraded")).contains(EventReason.PodRestarting.name());
        assertThat(stage.application("upgraded").get("kept")).isEqualTo("yes");
    }

    @Test
    void aServiceOfSomebodyElseIsNotTakenOver() {
        var foreign = stage.world()
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("taken-redis")
                        .withNamespace(stage.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();

        user.appliesSmallRedis("taken", "");

        user.sees(Redis.class, "taken", "Stalled", "True", Reason.NameConflict, Stage.PATIENCE);
        assertThat(User.condition(user.redis("taken"), "Ready").getMessage()).contains("Service taken-redis");
        assertUntouched(foreign, stage.existing(Service.class, "taken-redis"));
        assertThat(stage.events("taken")).contains(EventReason.NameConflict.name());
    }

    @Test
    void theNameThatSomebodyElseGivesBackIsUsed() {
        stage.world()
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("released-redis")
                        .withNamespace(stage.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        user.appliesSmallRedis("released", "");
        user.sees(Redis.class, "released", "Stalled", "True", Reason.NameConflict, Stage.PATIENCE);

        stage.object(Service.class, "released-redis").delete();

        user.seesReady(Redis.class, "released");
    }

    private static void assertIsTheSameProcess(Pod before, Pod after) {
        assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
        assertThat(after.getStatus().getContainerStatuses())
                .singleElement()
                .satisfies(container -> assertThat(container.getRestartCount()).isZero());
    }

    private static Quantity memoryInForce(Pod pod) {
        var resources = pod.getStatus().getContainerStatuses().getFirst().getResources();
        Map<String, Quantity> limits = resources == null ? Map.of() : resources.getLimits();
        return limits.getOrDefault("memory", new Quantity("0"));
    }

    private static void assertUntouched(HasMetadata before, HasMetadata after) {
        assertThat(after.getMetadata().getResourceVersion())
                .isEqualTo(before.getMetadata().getResourceVersion());
        assertThat(after.getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
    }
}
