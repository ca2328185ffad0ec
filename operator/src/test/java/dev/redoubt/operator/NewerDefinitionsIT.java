package dev.redoubt.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.redoubt.api.v1alpha1.ControlStatus;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.apply.Applier;
import dev.redoubt.operator.cluster.OnCluster;
import dev.redoubt.operator.cluster.Stage;
import dev.redoubt.operator.cluster.User;
import dev.redoubt.operator.crds.CrdInstaller;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The definitions in the cluster are newer than the operator, as after an upgrade that is half done or taken back. */
@OnCluster
class NewerDefinitionsIT {
    private static final String NEW_VALUE = "Constellation";
    private static final String NEW_POLICY = "allkeys-newest";
    private static final String NEW_FIELD = "novelty";
    private static final Duration QUIET = Duration.ofSeconds(3);
    private static final String NEW_CONDITION = """
            {"type": "Foreseen", "status": "True", "reason": "ByANewerOne", "message": "", "observedGeneration": 1,
             "lastTransitionTime": "2026-01-01T00:00:00Z"}""";
    private static final String NEW_CONTROL = """
            {"id": "H99", "name": "Foreseen", "state": "Enforced", "observed": "All is well.", "since": "2026-01-01T00:00:00Z"}""";

    private Stage stage;
    private User user;

    @BeforeEach
    void givenNewerDefinitions() {
        stage = Stage.open("newer");
        user = stage.user();
        definition().edit(NewerDefinitionsIT::newer);
    }

    @AfterEach
    void restoreTheDefinitions() {
        try {
            stage.operator().stop();
            // In the name of their owner; the versions are one field, so all that was added goes.
            new CrdInstaller(stage.world()).install(Stage.PATIENCE);
            assertThat(stage.world()
                            .getKubernetesSerialization()
                            .asJson(definition().get()))
                    .doesNotContain(NEW_VALUE, NEW_POLICY, NEW_FIELD);
        } finally {
            stage.close();
        }
    }

    private Resource<CustomResourceDefinition> definition() {
        return stage.world().apiextensions().v1().customResourceDefinitions().withName("redises.redoubt.dev");
    }

    private static CustomResourceDefinition newer(CustomResourceDefinition definition) {
        var newer = new CustomResourceDefinitionBuilder(definition).build();
        var spec = newer.getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema()
                .getProperties()
                .get("spec")
                .getProperties();
        JSONSchemaProps topology = spec.get("topology");
        topology.getEnum().add(new TextNode(NEW_VALUE));
        spec.get("maxMemoryPolicy").getEnum().add(new TextNode(NEW_POLICY));
        spec.put(NEW_FIELD, new JSONSchemaPropsBuilder().withType("integer").build());
        newer.getSpec()
                .getVersions()
                .getFirst()
                .getSchema()
                .getOpenAPIV3Schema()
                .getProperties()
                .get("status")
                .getProperties()
                .put(NEW_FIELD, new JSONSchemaPropsBuilder().withType("integer").build());
        return newer;
    }

    /** The API server serves a changed definition a moment after it took it: until then it drops what it does not know. */
    private void applies(String name, String more, String field) {
        await().atMost(Stage.PATIENCE)
                .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                .untilAsserted(() -> {
                    user.appliesSmallRedis(name, more);
                    assertThat(stage.world()
                                    .genericKubernetesResources("redoubt.dev/v1alpha1", "Redis")
                                    .inNamespace(stage.namespace())
                                    .withName(name)
                                    .get()
                                    .<Object>get("spec", field))
                            .hasToString(more.substring(more.indexOf(' ') + 1));
                });
    }

    @Test
    void aFieldThatItDoesNotKnowIsIgnored() {
        stage.operator().start();

        applies("novel", NEW_FIELD + ": 7", NEW_FIELD);

        user.seesReady(Redis.class, "novel");
    }

    /** An operator that is newer was here, and this one takes over again: its words are left out of the way, and no server notices. */
    @Test
    void whatANewerOperatorWroteHarmsNothing() {
        stage.operator().start();
        user.appliesSmallRedis("back", "");
        user.seesReady(Redis.class, "back");
        stage.application("back").set("kept", "yes");
        stage.operator().restsFor(QUIET);
        stage.operator().stop();
        var pod = stage.existing(Pod.class, "back-redis-0").getMetadata().getUid();

        asANewerOperator("Secret", "back-redis-credentials", """
                {"data": {"future": "c2VjcmV0"}}""");
        asANewerOperator("ConfigMap", "back-redis-config", """
                {"data": {"future.conf": "future yes"}}""");
        asANewerOperator("Secret", "back-redis-tls", """
                {"metadata": {"annotations": {"redoubt.dev/future": "yes"}}}""");
        aNewerStatusOf("back");
        stage.operator().start();

        await().atMost(Stage.PATIENCE).until(() -> stage.operator().passes() >= 1);
        user.seesReady(Redis.class, "back");
        stage.operator().restsFor(QUIET);
        user.seesReady(Redis.class, "back");
        assertThat(stage.existing(Pod.class, "back-redis-0").getMetadata().getUid())
                .isEqualTo(pod);
        assertThat(stage.existing(Pod.class, "back-redis-0")
                        .getStatus()
                        .getContainerStatuses()
                        .getFirst()
                        .getRestartCount())
                .isZero();
        assertThat(stage.application("back").get("kept")).isEqualTo("yes");
        assertThat(stage.existing(Redis.class, "back").getStatus().hardening())
                .extracting(ControlStatus::id)
                .contains("H1")
                .doesNotContain("H99");
    }

    /** Adds to an object, as the field manager that every version of the operator is. */
    private void asANewerOperator(String kind, String name, String more) {
        stage.world()
                .genericKubernetesResources("v1", kind)
                .inNamespace(stage.namespace())
                .withName(name)
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON_MERGE)
                                .withFieldManager(Applier.FIELD_MANAGER)
                                .build(),
                        more);
    }

    /** As it writes it, by an apply: with a condition, a reason, a control and a field that this version does not know. */
    private void aNewerStatusOf(String redis) {
        var status = stage.existing(Redis.class, redis).getStatus();
        var conditions = stage.world().getKubernetesSerialization().asJson(status.conditions());
        var hardening = stage.world().getKubernetesSerialization().asJson(status.hardening());
        stage.world()
                .genericKubernetesResources("redoubt.dev/v1alpha1", "Redis")
                .inNamespace(stage.namespace())
                .withName(redis)
                .subresource("status")
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                                .withFieldManager(Applier.FIELD_MANAGER)
                                .withForce(true)
                                .build(),
                        """
                                {"apiVersion": "redoubt.dev/v1alpha1", "kind": "Redis", "metadata": {"name": "%s", "namespace": "%s"},
                                 "status": {"%s": 7, "conditions": %s, "hardening": %s}}""".formatted(
                                        redis,
                                        stage.namespace(),
                                        NEW_FIELD,
                                        conditions
                                                .replace("MemorySufficient", "MemoryWonderful")
                                                .replaceFirst("\\[", "[" + NEW_CONDITION + ","),
                                        hardening.replaceFirst("\\[", "[" + NEW_CONTROL + ",")));
    }

    /** What an unknown word changes here is less than what refusing would: the default holds until the operator is newer. */
    @Test
    void aPolicyThatItDoesNotKnowIsReadAsTheDefault() {
        stage.operator().start();

        applies("worded", "maxMemoryPolicy: " + NEW_POLICY, "maxMemoryPolicy");

        user.seesReady(Redis.class, "worded");
        assertThat(stage.operatorLogin("worded").parameter("maxmemory-policy")).isEqualTo("allkeys-lru");
    }

    @Test
    void aValueThatItDoesNotKnowIsRefusedAndWhatRunsIsLeftAlone() {
        stage.operator().start();
        user.appliesSmallRedis("ahead", "");
        user.seesReady(Redis.class, "ahead");
        var pod = stage.existing(Pod.class, "ahead-redis-0").getMetadata().getUid();

        applies("ahead", "topology: " + NEW_VALUE, "topology");

        user.sees(Redis.class, "ahead", "Stalled", "True", Reason.Unsupported, Stage.PATIENCE);
        assertThat(User.condition(user.redis("ahead"), "Stalled").getMessage())
                .contains("spec.topology", "Standalone", "Upgrade the operator");
        assertThat(stage.events("ahead")).containsOnlyOnce(EventReason.Unsupported.name());
        assertThat(stage.existing(Pod.class, "ahead-redis-0").getMetadata().getUid())
                .isEqualTo(pod);
        stage.application("ahead").set("still", "served");

        user.appliesSmallRedis("ahead", "topology: Standalone");
        user.seesReady(Redis.class, "ahead");
        assertThat(stage.application("ahead").get("still")).isEqualTo("served");
    }
}
