package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.cluster.OnCluster;
import dev.redoubt.operator.cluster.Stage;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody changes what the operator made, and the operator puts it right; the running server notices none of it. */
@OnCluster
class DriftIT {
    private static final String SOMEBODY = "somebody";

    private static Stage stage;
    private static String podUid;

    @BeforeAll
    static void givenAReadyRedis() {
        stage = Stage.open("drift");
        stage.operator().start();
        stage.user().appliesSmallRedis("cache", "");
        stage.user().seesReady(Redis.class, "cache");
        podUid = podUid();
    }

    @AfterAll
    static void leaveNothing() {
        if (stage != null) {
            stage.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Service.class,
                NetworkPolicy.class,
                ServiceAccount.class,
            })
    void whatIsDeletedIsMadeAnew(Class<? extends HasMetadata> kind) {
        var before = stage.existing(kind, "cache-redis");

        stage.object(kind, "cache-redis").delete();

        await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(
                        stage.existing(kind, "cache-redis").getMetadata().getUid())
                .isNotEqualTo(before.getMetadata().getUid()));
        assertTheRedisIsUnharmed();
    }

    @Test
    void theStatefulSetThatIsDeletedWithoutItsPodIsMadeAnewAroundIt() {
        var before = stage.existing(StatefulSet.class, "cache-redis");

        stage.object(StatefulSet.class, "cache-redis")
                .withPropagationPolicy(DeletionPropagation.ORPHAN)
                .delete();

        await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(stage.existing(StatefulSet.class, "cache-redis")
                        .getMetadata()
                        .getUid())
                .isNotEqualTo(before.getMetadata().getUid()));
        assertTheRedisIsUnharmed();
    }

    @Test
    void theConfigurationThatIsEditedIsPutRight() {
        var right = stage.existing(ConfigMap.class, "cache-redis-config").getData();
        var file = right.keySet().iterator().next();

        merge(ConfigMap.class, "cache-redis-config", Map.of("data", Map.of(file, "protected-mode no\n")));

        await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(
                        stage.existing(ConfigMap.class, "cache-redis-config").getData())
                .isEqualTo(right));
        assertTheRedisIsUnharmed();
    }

    @Test
    void theServiceAccountThatIsEditedGetsNoToken() {
        merge(ServiceAccount.class, "cache-redis", Map.of("automountServiceAccountToken", true));

        await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(
                        stage.existing(ServiceAccount.class, "cache-redis").getAutomountServiceAccountToken())
                .isFalse());
        assertTheRedisIsUnharmed();
    }

    @Test
    void theNetworkPolicyThatIsOpenedIsClosed() {
        var right = stage.existing(NetworkPolicy.class, "cache-redis").getSpec();

        merge(NetworkPolicy.class, "cache-redis", Map.of("spec", Map.of("ingress", List.of(Map.of()))));

        await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(
                        stage.existing(NetworkPolicy.class, "cache-redis").getSpec())
                .isEqualTo(right));
        assertTheRedisIsUnharmed();
    }

    /** A list that merges by name takes what is added without a conflict: an apply would never remove it. */
    @Test
    void theContainerThatIsAddedToTheWorkloadIsRemoved() {
        var intruder = Map.of("name", "intruder", "image", "redoubt.dev/client:1");
        var path = List.of(Map.of("op", "add", "path", "/spec/template/spec/containers/-", "value", intruder));

        stage.object(StatefulSet.class, "cache-redis")
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON)
                                .withFieldManager(SOMEBODY)
                                .build(),
                        stage.world().getKubernetesSerialization().asJson(path));

        await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(stage.existing(StatefulSet.class, "cache-redis")
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers())
                .hasSize(1));
        assertTheRedisIsUnharmed();
    }

    @Test
    void theKeyThatIsAddedToTheConfigurationIsRemoved() {
        merge(ConfigMap.class, "cache-redis-config", Map.of("data", Map.of("more.conf", "protected-mode no\n")));

        await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(
                        stage.existing(ConfigMap.class, "cache-redis-config").getData())
                .doesNotContainKey("more.conf"));
        assertTheRedisIsUnharmed();
    }

    /** The port stays open for nobody, and the Service keeps its address. */
    @Test
    void thePortThatIsAddedToTheServiceIsRemoved() {
        var address = stage.existing(Service.class, "cache-redis").getSpec().getClusterIP();
        var port = Map.of("name", "more", "port", 6380, "protocol", "TCP");
        stage.object(Service.class, "cache-redis")
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON)
                                .withFieldManager(SOMEBODY)
                                .build(),
                        stage.world()
                                .getKubernetesSerialization()
                                .asJson(List.of(Map.of("op", "add", "path", "/spec/ports/-", "value", port))));

        await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(
                        stage.existing(Service.class, "cache-redis").getSpec().getPorts())
                .hasSize(1));
        assertThat(stage.existing(Service.class, "cache-redis").getSpec().getClusterIP())
                .isEqualTo(address);
        assertTheRedisIsUnharmed();
    }

    @Test
    void whatIsPutRightIsToldWithItsControl() {
        var repairs = stage.operator().count("redoubt.hardening.repairs", "control", "H4");

        merge(NetworkPolicy.class, "cache-redis", Map.of("spec", Map.of("ingress", List.of(Map.of()))));

        await().atMost(Stage.PATIENCE).untilAsserted(() -> {
            assertThat(stage.operator().count("redoubt.hardening.repairs", "control", "H4"))
                    .isGreaterThan(repairs);
            assertThat(stage.notes("cache"))
                    .contains("DriftRepaired: H4 NetworkIsolated: NetworkPolicy cache-redis changed, because somebody"
                            + " else had changed or deleted it.");
        });
    }

    @Test
    void theServiceThatLosesItsLabelsIsFoundAgain() {
        merge(
                Service.class,
                "cache-redis",
                Map.of("metadata", Map.of("labels", nothing("app.kubernetes.io/managed-by"))));

        await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(stage.existing(Service.class, "cache-redis")
                        .getMetadata()
                        .getLabels())
                .containsEntry("app.kubernetes.io/managed-by", "redoubt"));
        assertTheRedisIsUnharmed();
    }

    /** The passwords are in the Secret that only the operator reads; what is made from them can be made again. */
    @Test
    void theBindingThatIsDeletedIsMadeAnewWithTheSamePassword() {
        var before = stage.existing(Secret.class, "cache-binding").getData();

        stage.object(Secret.class, "cache-binding").delete();

        await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(
                        stage.existing(Secret.class, "cache-binding").getData())
                .isEqualTo(before));
        assertTheRedisIsUnharmed();
    }

    private static Map<String, Object> nothing(String key) {
        var map = new HashMap<String, Object>();
        map.put(key, null);
        return map;
    }

    private static void merge(Class<? extends HasMetadata> kind, String name, Map<String, ?> change) {
        stage.object(kind, name)
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON_MERGE)
                                .withFieldManager(SOMEBODY)
                                .build(),
                        stage.world().getKubernetesSerialization().asJson(change));
    }

    private static void assertTheRedisIsUnharmed() {
        stage.user().seesReady(Redis.class, "cache");
        assertThat(podUid()).isEqualTo(podUid);
    }

    private static String podUid() {
        return stage.existing(Pod.class, "cache-redis-0").getMetadata().getUid();
    }
}
