package dev.redoubt.operator.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.cluster.OnCluster;
import dev.redoubt.operator.cluster.OperatorUnderTest;
import dev.redoubt.operator.cluster.Stage;
import dev.redoubt.operator.cluster.User;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.monitoring.PrometheusRule;
import dev.redoubt.operator.monitoring.ServiceMonitor;
import dev.redoubt.operator.owned.SecretData;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The exporter of a Redis, and what makes the Prometheus operator find it. */
@OnCluster
class ExporterIT {
    private static final String DEFINITIONS = "/monitoring/definitions.yaml";
    private static final Duration QUIET = Duration.ofSeconds(3);

    private static Stage stage;
    private static User user;

    @BeforeAll
    static void givenTheOperatorAndSomeRedises() {
        stage = Stage.open("exporter");
        user = stage.user();
        stage.operator().start();
        user.appliesSmallRedis("seen", "");
        user.appliesSmallRedis("valkey", "engine: Valkey");
        user.appliesSmallRedis("unwanted", "monitoring: {exporter: {enabled: false}}");
    }

    @AfterAll
    static void leaveNothing() {
        if (stage != null) {
            stage.close();
        }
    }

    @Test
    void itShowsWhatTheServerSaysOfItself() {
        for (var redis : List.of("seen", "valkey")) {
            user.seesReady(Redis.class, redis);
            user.seesExporter(redis);

            await("metrics of " + redis)
                    .atMost(Stage.PATIENCE)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .untilAsserted(() -> assertThat(metrics(redis).lines())
                            .contains("redis_up 1", "redis_memory_max_bytes 3.3554432e+07", "redis_aof_enabled 1"));
        }
    }

    @Test
    void itsPasswordIsInNeitherArgumentsNorEnvironment() {
        user.seesReady(Redis.class, "seen");
        user.seesExporter("seen");
        var password = SecretData.decode(stage.existing(Secret.class, "seen-redis-credentials"))
                .get("exporter");
        assertThat(password).isNotBlank();

        for (HasMetadata object : List.of(stage.existing(Deployment.class, "seen-redis-exporter"), pod("seen"))) {
            assertThat(stage.world().getKubernetesSerialization().asJson(object))
                    .doesNotContain(password)
                    .contains("-redis.password-file=");
        }
        assertThat(pod("seen").getSpec().getContainers())
                .singleElement()
                .satisfies(container -> assertThat(container.getEnv()).isEmpty());
    }

    @Test
    void itIsMadeAfterTheRedisWasReady() {
        user.seesReady(Redis.class, "seen");
        user.seesExporter("seen");

        var reasons = stage.events("seen");
        assertThat(reasons).contains(EventReason.MonitoringChanged.name());
        assertThat(reasons.indexOf(EventReason.Ready.name()))
                .isLessThan(reasons.indexOf(EventReason.MonitoringChanged.name()));
    }

    @Test
    void whereNoneIsWantedThereIsNone() {
        user.seesReady(Redis.class, "unwanted");

        assertThatNothingIsThereOf("unwanted");
    }

    @Test
    void turnedOffItGoesAndTheServerDoesNotNotice() {
        user.appliesSmallRedis("changed", "");
        user.seesReady(Redis.class, "changed");
        user.seesExporter("changed");
        var server = stage.existing(Pod.class, "changed-redis-0").getMetadata().getUid();

        user.appliesSmallRedis("changed", "monitoring: {exporter: {enabled: false}}");

        await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThatNothingIsThereOf("changed"));
        user.seesReady(Redis.class, "changed");
        assertThat(stage.existing(Pod.class, "changed-redis-0").getMetadata().getUid())
                .isEqualTo(server);

        user.appliesSmallRedis("changed", "");
        user.seesExporter("changed");
    }

    @Test
    void deletedBySomebodyItComesBack() {
        user.appliesSmallRedis("drifting", "");
        user.seesReady(Redis.class, "drifting");
        user.seesExporter("drifting");
        var before = stage.existing(Deployment.class, "drifting-redis-exporter");

        stage.object(Deployment.class, "drifting-redis-exporter").delete();

        await().atMost(Stage.PATIENCE)
                .untilAsserted(() -> assertThat(stage.existing(Deployment.class, "drifting-redis-exporter")
                                .getMetadata()
                                .getUid())
                        .isNotEqualTo(before.getMetadata().getUid()));
    }

    @Test
    void anObjectOfSomebodyElseInItsWayIsAnEventAndTheRedisIsReady() {
        stage.world()
                .resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("taken-redis-exporter")
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

        user.seesReady(Redis.class, "taken");
        await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(stage.events("taken"))
                .contains(EventReason.MonitoringIncomplete.name()));
        user.seesReady(Redis.class, "taken");
        assertThat(stage.object(Deployment.class, "taken-redis-exporter").get()).isNull();
    }

    /** The operator runs all the while, with a Role of this namespace and no right over the cluster. */
    @Test
    void whatThePrometheusOperatorNeedsComesWithItsDefinitionsAndGoesWithTheWish() {
        var installed = stage.world()
                .resources(CustomResourceDefinition.class)
                .withName("servicemonitors.monitoring.coreos.com")
                .get();
        assumeThat(installed)
                .as("the cluster has the definitions of the Prometheus operator already")
                .isNull();
        user.appliesSmallRedis("scraped", "");
        user.seesReady(Redis.class, "scraped");
        user.seesExporter("scraped");
        var definitions = stage.world()
                .load(Objects.requireNonNull(ExporterIT.class.getResourceAsStream(DEFINITIONS), DEFINITIONS));
        try {
            definitions.create();

            await().atMost(Stage.PATIENCE).untilAsserted(() -> List.of(ServiceMonitor.class, PrometheusRule.class)
                    .forEach(kind -> assertThat(stage.existing(kind, "scraped-redis-exporter")
                                    .getMetadata()
                                    .getLabels())
                            .containsAllEntriesOf(OperatorUnderTest.MONITORING_LABELS)));
            assertThatAPassWritesNothing("scraped");

            user.appliesSmallRedis("scraped", "monitoring: {exporter: {enabled: false}}");

            await().atMost(Stage.PATIENCE).untilAsserted(() -> {
                assertThat(stage.object(ServiceMonitor.class, "scraped-redis-exporter")
                                .get())
                        .isNull();
                assertThat(stage.object(PrometheusRule.class, "scraped-redis-exporter")
                                .get())
                        .isNull();
            });
        } finally {
            definitions.delete();
        }
        // Without the kinds again: a pass finds nothing wrong.
        user.appliesSmallRedis("scraped", "maxMemoryPolicy: noeviction");
        user.seesExporter("scraped");
        user.seesReady(Redis.class, "scraped");
    }

    /** Were a default of the definitions taken for somebody's change, every pass would write. */
    private static void assertThatAPassWritesNothing(String redis) {
        stage.operator().restsFor(QUIET);
        var passes = stage.operator().passes();
        var writes = stage.operator().writes();

        stage.object(ConfigMap.class, redis + "-redis-config")
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON_MERGE)
                                .withFieldManager("somebody")
                                .build(),
                        "{\"metadata\": {\"annotations\": {\"example.com/seen\": \"yes\"}}}");

        await().atMost(Stage.PATIENCE).until(() -> stage.operator().passes() > passes);
        stage.operator().restsFor(QUIET);
        assertThat(stage.operator().writes()).isEqualTo(writes);
    }

    private static void assertThatNothingIsThereOf(String redis) {
        for (var kind : ExporterObjects.KINDS) {
            assertThat(stage.object(kind, redis + "-redis-exporter").get())
                    .as("%s of %s", kind.getSimpleName(), redis)
                    .isNull();
        }
    }

    private static Pod pod(String redis) {
        return stage.world()
                .pods()
                .inNamespace(stage.namespace())
                .withLabel("app.kubernetes.io/name", ExporterModel.COMPONENT)
                .withLabel("redoubt.dev/redis", redis)
                .list()
                .getItems()
                .getFirst();
    }

    private static String metrics(String redis) throws IOException, InterruptedException {
        var uri = URI.create("http://" + pod(redis).getStatus().getPodIP() + ":" + ExporterModel.PORT + "/metrics");
        try (var http = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }
}
