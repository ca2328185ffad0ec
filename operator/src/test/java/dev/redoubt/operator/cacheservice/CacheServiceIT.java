package dev.redoubt.operator.cacheservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.CacheService;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.cluster.OnCluster;
import dev.redoubt.operator.cluster.Stage;
import dev.redoubt.operator.cluster.User;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A CacheService beside its Redis. Where nothing has to serve, it has no replicas: that is quicker. */
@OnCluster
class CacheServiceIT {
    private static final String REGIONS = "regions: [{name: samples, ttl: 10s}]";

    private static Stage stage;
    private static User user;

    @BeforeAll
    static void givenTheOperatorAndARedis() {
        stage = Stage.open("service");
        user = stage.user();
        stage.operator().start();
        user.appliesSmallRedis("cache", "");
    }

    @AfterAll
    static void leaveNothing() {
        if (stage != null) {
            stage.close();
        }
    }

    @Test
    void itWaitsForItsRedisThenServesAndFallsWithIt() {
        user.appliesCacheService("gateway", """
                {redisRef: {name: later}, replicas: 1, resources: {requests: {cpu: 10m}}, %s, clients: [{name: app, read: ['*'], write: ['*']}],
                 nearCache: {maxBytes: 1048576, maxStale: 500ms}, accessLog: {sample: 0.5%%}}
                """.formatted(REGIONS));
        user.seesNotReady(CacheService.class, "gateway", Reason.WaitingForRedis);
        assertThat(User.condition(user.cacheService("gateway"), "Ready").getMessage())
                .contains("Redis later", "spec.redisRef");
        assertThat(stage.object(Deployment.class, "gateway-cache-service").get())
                .isNull();

        user.appliesSmallRedis("later", "");
        user.seesReady(CacheService.class, "gateway");
        var status = user.cacheService("gateway").getStatus();
        assertThat(status.url()).isEqualTo("https://gateway-cache-service." + stage.namespace() + ".svc");
        assertThat(status.readyReplicas()).isEqualTo(1);
        assertThat(stage.events("gateway")).contains(EventReason.Created.name(), EventReason.Ready.name());

        stage.object(Pod.class, "later-redis-0").delete();
        user.seesNotReady(CacheService.class, "gateway", Reason.WaitingForRedis);
        user.seesReady(CacheService.class, "gateway");
    }

    @Test
    void itsObjectsAreMadeUnderTheirNames() {
        user.appliesCacheService("objects", "{redisRef: {name: cache}, replicas: 0, %s}".formatted(REGIONS));

        user.seesNotReady(CacheService.class, "objects", Reason.ScaledToZero);

        var deployment = stage.existing(Deployment.class, "objects-cache-service");
        var pod = deployment.getSpec().getTemplate().getSpec();
        assertThat(deployment.getSpec().getReplicas()).isZero();
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getVolumes())
                .filteredOn(volume -> volume.getSecret() != null)
                .extracting(volume -> volume.getSecret().getSecretName())
                .contains("cache-redis-service-binding")
                .doesNotContain("cache-binding");
        assertThat(stage.existing(Service.class, "objects-cache-service")
                        .getSpec()
                        .getPorts())
                .anySatisfy(port -> assertThat(port.getPort()).isEqualTo(443));
        assertThat(stage.existing(ServiceAccount.class, "objects-cache-service").getAutomountServiceAccountToken())
                .isFalse();
        assertThat(stage.existing(NetworkPolicy.class, "objects-cache-service")
                        .getSpec()
                        .getPolicyTypes())
                .containsExactlyInAnyOrder("Ingress", "Egress");
        assertThat(stage.existing(ConfigMap.class, "objects-cache-service-config")
                        .getData())
                .anySatisfy((_, yaml) -> assertThat(yaml).contains("samples"));
        assertThat(content("objects-cache-service-tls")).containsKeys("tls.crt", "tls.key", "ca.crt");
    }

    /** What is wrong stands in the Redis, so a change there is what mends it. */
    @Test
    void limitsInARedisThatEvictsAreRefusedUntilItDoesNot() {
        user.appliesSmallRedis("limits", "maxMemoryPolicy: allkeys-lru");
        user.appliesCacheService("limited", """
                {redisRef: {name: limits}, replicas: 0, %s, rateLimits: [{name: websocket, capacity: 100, refillPeriod: 60s}]}
                """.formatted(REGIONS));
        user.seesNotReady(CacheService.class, "limited", Reason.StateMayBeEvicted);
        assertThat(User.condition(user.cacheService("limited"), "Ready").getMessage())
                .contains("Redis limits", "maxMemoryPolicy allkeys-lru", "spec.stateRef");
        assertThat(stage.object(Deployment.class, "limited-cache-service").get())
                .isNull();

        user.appliesSmallRedis("limits", "maxMemoryPolicy: noeviction");
        user.seesNotReady(CacheService.class, "limited", Reason.ScaledToZero);
    }

    @Test
    void aClientsKeyIsGeneratedAndOnlyItsHashIsMounted() {
        user.appliesCacheService("generated", """
                {redisRef: {name: cache}, replicas: 0, %s, clients: [{name: app, read: [samples]}]}
                """.formatted(REGIONS));
        user.seesNotReady(CacheService.class, "generated", Reason.ScaledToZero);

        var binding = content("generated-client-app");
        assertThat(binding)
                .containsKeys("API_KEY", "URL", "ca.crt")
                .containsEntry("URL", "https://generated-cache-service." + stage.namespace() + ".svc");
        assertThat(binding.get("API_KEY")).startsWith("rdk_");
        assertThat(content("generated-cache-service-clients")).isEqualTo(Map.of("app", sha256(binding.get("API_KEY"))));
        assertThat(user.cacheService("generated").getStatus().clients())
                .singleElement()
                .satisfies(client -> assertThat(client.secret()).isEqualTo("generated-client-app"));

        user.appliesCacheService("generated", "{redisRef: {name: cache}, replicas: 0, %s}".formatted(REGIONS));
        await("the removed client's Secret goes")
                .atMost(Stage.PATIENCE)
                .until(() -> stage.object(Secret.class, "generated-client-app").get() == null);
    }

    @Test
    void aGivenKeyIsUsedOnceTheOperatorMayReadIt() {
        var key = new SecretBuilder()
                .withNewMetadata()
                .withName("own-key")
                .withNamespace(stage.namespace())
                .endMetadata()
                .addToStringData("API_KEY", "chosen-by-the-user-and-long-enough")
                .build();
        stage.world().resource(key).create();
        user.appliesCacheService("given", """
                {redisRef: {name: cache}, replicas: 0, %s,
                 clients: [{name: app, apiKey: {secretRef: {name: own-key}}, read: [samples]}]}
                """.formatted(REGIONS));
        user.seesNotReady(CacheService.class, "given", Reason.SecretNotFound);
        assertThat(User.condition(user.cacheService("given"), "Ready").getMessage())
                .contains("own-key", "redoubt.dev/watch");

        stage.object(Secret.class, "own-key").edit(secret -> new SecretBuilder(secret)
                .editMetadata()
                .addToLabels("redoubt.dev/watch", "true")
                .endMetadata()
                .build());

        user.seesNotReady(CacheService.class, "given", Reason.ScaledToZero);
        assertThat(content("given-cache-service-clients"))
                .isEqualTo(Map.of("app", sha256("chosen-by-the-user-and-long-enough")));

        stage.object(Secret.class, "own-key").edit(secret -> new SecretBuilder(secret)
                .addToStringData("API_KEY", "another-one-and-long-enough-too")
                .build());
        await("the changed key is taken over").atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(
                        content("given-cache-service-clients"))
                .isEqualTo(Map.of("app", sha256("another-one-and-long-enough-too"))));
    }

    @Test
    void aConfigurationThatAReplicaRefusesIsToldWithItsWordsWhileTheOldOneServes() {
        var spec = """
                {redisRef: {name: cache}, replicas: 1, resources: {requests: {cpu: 10m}}, regions: [{name: samples, ttl: %s}]}
                """;
        user.appliesCacheService("reloaded", spec.formatted("10s"));
        user.seesReady(CacheService.class, "reloaded");
        seesConfiguration("True", Reason.ConfigurationInForce);

        user.appliesCacheService("reloaded", spec.formatted("20s"));
        await("the change is in effect").atMost(Stage.PATIENCE).until(() -> stage.events("reloaded")
                .contains(EventReason.ConfigurationApplied.name()));
        seesConfiguration("True", Reason.ConfigurationInForce);

        // Nobody puts it right meanwhile.
        user.pauses(CacheService.class, "reloaded");
        user.sees(CacheService.class, "reloaded", "Reconciling", "False", Reason.Paused, Stage.PATIENCE);
        stage.object(ConfigMap.class, "reloaded-cache-service-config").edit(files -> new ConfigMapBuilder(files)
                .addToData("service.yaml", files.getData().get("service.yaml") + "unheard: of\n")
                .build());
        var pod = stage.world()
                .pods()
                .inNamespace(stage.namespace())
                .withLabel("redoubt.dev/cache-service", "reloaded")
                .list()
                .getItems()
                .getFirst()
                .getMetadata()
                .getName();
        // The kubelet looks at once.
        stage.object(Pod.class, pod).edit(found -> new PodBuilder(found)
                .editMetadata()
                .addToAnnotations("test", "look")
                .endMetadata()
                .build());
        seesConfiguration("False", Reason.ConfigurationRefused);
        assertThat(User.condition(user.cacheService("reloaded"), "ConfigApplied")
                        .getMessage())
                .contains("Pod " + pod, "unheard");
        user.sees(CacheService.class, "reloaded", "Ready", "True", Reason.Available, Stage.PATIENCE);
        assertThat(stage.events("reloaded")).contains(EventReason.ConfigurationRefused.name());

        user.resumes(CacheService.class, "reloaded");
        seesConfiguration("True", Reason.ConfigurationInForce);
    }

    private static void seesConfiguration(String status, Reason reason) {
        user.sees(CacheService.class, "reloaded", "ConfigApplied", status, reason, Stage.PATIENCE);
    }

    @Test
    void theBudgetFollowsTheReplicas() {
        // No pod has to run for this: its image does not exist.
        var spec =
                "{redisRef: {name: cache}, image: 'redoubt.dev/none:0', resources: {requests: {cpu: 10m}}, replicas: %d, "
                        + REGIONS + "}";
        user.appliesCacheService("scaled", spec.formatted(2));
        await().atMost(Stage.PATIENCE)
                .untilAsserted(() -> assertThat(stage.existing(PodDisruptionBudget.class, "scaled-cache-service"))
                        .isNotNull());
        user.seesNotReady(CacheService.class, "scaled", Reason.ImageUnavailable);

        user.appliesCacheService("scaled", spec.formatted(1));

        await().atMost(Stage.PATIENCE).untilAsserted(() -> {
            assertThat(stage.existing(Deployment.class, "scaled-cache-service")
                            .getSpec()
                            .getReplicas())
                    .isEqualTo(1);
            assertThat(stage.object(PodDisruptionBudget.class, "scaled-cache-service")
                            .get())
                    .isNull();
        });
    }

    @Test
    void aStateRedisIsWaitedForAndMounted() {
        user.appliesCacheService("stateful", """
                {redisRef: {name: cache}, stateRef: {name: state}, replicas: 0, %s}
                """.formatted(REGIONS));
        user.seesNotReady(CacheService.class, "stateful", Reason.WaitingForRedis);
        assertThat(User.condition(user.cacheService("stateful"), "Ready").getMessage())
                .contains("Redis state", "spec.stateRef");

        user.appliesSmallRedis("state", "maxMemoryPolicy: noeviction");

        user.seesReady(Redis.class, "state");
        user.seesNotReady(CacheService.class, "stateful", Reason.ScaledToZero);
        assertThat(stage.existing(Deployment.class, "stateful-cache-service")
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getVolumes())
                .filteredOn(volume -> volume.getSecret() != null)
                .extracting(volume -> volume.getSecret().getSecretName())
                .contains("cache-redis-service-binding", "state-redis-service-binding");
    }

    private static Map<String, String> content(String secret) {
        return SecretData.decode(stage.existing(Secret.class, secret));
    }

    private static String sha256(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
