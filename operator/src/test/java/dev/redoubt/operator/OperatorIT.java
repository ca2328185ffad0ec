package dev.redoubt.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The operator itself: what it may do, that it rests, that it may end at any time. */
@OnCluster
class OperatorIT {
    private static final Duration QUIET = Duration.ofSeconds(3);
    private static final String ROLE = "redoubt-operator";
    private static final String SERVICE_OF_IDLE = """
            {redisRef: {name: idle}, replicas: 0, regions: [{name: samples, ttl: 10s}],
             clients: [{name: app, read: [samples]}]}
            """;
    private static final int FORBIDDEN = 403;
    private static final List<Class<? extends HasMetadata>> WRITTEN = List.of(
            CacheService.class,
            ConfigMap.class,
            Deployment.class,
            NetworkPolicy.class,
            PodDisruptionBudget.class,
            Redis.class,
            Secret.class,
            Service.class,
            ServiceAccount.class,
            StatefulSet.class);

    private Stage stage;
    private User user;

    @BeforeEach
    void givenAStage() {
        stage = Stage.open("operator");
        user = stage.user();
    }

    @AfterEach
    void leaveNothing() {
        stage.close();
    }

    @Test
    void itMayDoWhatItsRoleSaysAndNothingElse() {
        try (var operator = stage.operator().as(stage.operator().account());
                var stranger = stage.operator().as("system:serviceaccount:" + stage.namespace() + ":stranger")) {
            assertThat(operator.resources(Redis.class)
                            .inNamespace(stage.namespace())
                            .list()
                            .getItems())
                    .isEmpty();
            assertThatThrownBy(() -> stranger.resources(Redis.class)
                            .inNamespace(stage.namespace())
                            .list())
                    .satisfies(OperatorIT::isForbidden);
            assertThatThrownBy(
                            () -> operator.secrets().inNamespace("kube-system").list())
                    .satisfies(OperatorIT::isForbidden);
            assertThatThrownBy(() -> operator.nodes().list()).satisfies(OperatorIT::isForbidden);
            assertThatThrownBy(() -> operator.configMaps()
                            .inNamespace(stage.namespace())
                            .withName("kube-root-ca.crt")
                            .delete())
                    .satisfies(OperatorIT::isForbidden);
        }
    }

    @Test
    void aRightThatItLacksIsNamedAndUsedOnceItIsGiven() {
        var shipped = stage.existing(Role.class, ROLE);
        stage.object(Role.class, ROLE).edit(OperatorIT::withoutWritingNetworkPolicies);
        stage.operator().start();
        user.appliesSmallRedis("refused", "");

        user.seesNotReady(Redis.class, "refused", Reason.ApiError);
        assertThat(User.condition(user.redis("refused"), "Ready").getMessage()).contains("networkpolicies");

        stage.object(Role.class, ROLE)
                .edit(role ->
                        new RoleBuilder(role).withRules(shipped.getRules()).build());
        user.seesReady(Redis.class, "refused");
    }

    @Test
    void aRightThatItLosesMakesNoServerUnreadyThatAnswers() {
        stage.operator().start();
        user.appliesSmallRedis("robbed", "");
        user.seesReady(Redis.class, "robbed");
        var shipped = stage.existing(Role.class, ROLE);
        stage.object(Role.class, ROLE).edit(OperatorIT::withoutWritingNetworkPolicies);
        await().atMost(Stage.PATIENCE).until(() -> !mayPatchNetworkPolicies());

        user.appliesSmallRedis("robbed", "access: {from: [{podSelector: {matchLabels: {app: web}}}]}");

        user.sees(Redis.class, "robbed", "Reconciling", "True", Reason.ApiError, Stage.PATIENCE);
        user.sees(Redis.class, "robbed", "Ready", "True", Reason.ApiError, Stage.PATIENCE);
        stage.application("robbed").set("still", "served");

        stage.object(Role.class, ROLE)
                .edit(role ->
                        new RoleBuilder(role).withRules(shipped.getRules()).build());
        user.seesReady(Redis.class, "robbed");
        assertThat(stage.events("robbed")).doesNotContain(EventReason.NotReady.name());
    }

    /** The API server learns of a changed role a moment after it has stored it. */
    private boolean mayPatchNetworkPolicies() {
        var question = new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(stage.operator().account())
                .withNewResourceAttributes()
                .withGroup("networking.k8s.io")
                .withResource("networkpolicies")
                .withVerb("patch")
                .withNamespace(stage.namespace())
                .endResourceAttributes()
                .endSpec()
                .build();
        return stage.world()
                .authorization()
                .v1()
                .subjectAccessReview()
                .create(question)
                .getStatus()
                .getAllowed();
    }

    private static Role withoutWritingNetworkPolicies(Role role) {
        var rules = role.getRules().stream()
                .map(rule -> rule.getResources().contains("networkpolicies")
                        ? new PolicyRuleBuilder(rule)
                                .withVerbs("get", "list", "watch")
                                .build()
                        : rule)
                .toList();
        return new RoleBuilder(role).withRules(rules).build();
    }

    @Test
    void aPassOverWhatIsUnchangedWritesNothing() {
        stage.operator().start();
        user.appliesSmallRedis("idle", "");
        user.appliesCacheService("idle", SERVICE_OF_IDLE);
        user.seesReady(Redis.class, "idle");
        user.seesExporter("idle");
        user.seesNotReady(CacheService.class, "idle", Reason.ScaledToZero);
        stage.operator().restsFor(QUIET);
        var passes = stage.operator().passes();
        var writes = stage.operator().writes();

        somebodyTouches("idle-redis-config");
        somebodyTouches("idle-cache-service-config");
        var versions = versions();

        await().atMost(Stage.PATIENCE).until(() -> stage.operator().passes() >= passes + 2);
        stage.operator().restsFor(QUIET);
        assertThat(stage.operator().writes()).isEqualTo(writes);
        assertThat(versions()).isEqualTo(versions);
    }

    /** Changes what nobody but somebody else cares about: it wakes the operator, and gives it nothing to do. */
    private void somebodyTouches(String configMap) {
        stage.object(ConfigMap.class, configMap)
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON_MERGE)
                                .withFieldManager("somebody")
                                .build(),
                        "{\"metadata\": {\"annotations\": {\"example.com/seen\": \"yes\"}}}");
    }

    @Test
    void itMayEndInTheMiddleOfACreation() {
        stage.operator().start();
        user.appliesSmallRedis("half", "");
        await().pollInterval(Duration.ofMillis(10))
                .atMost(Stage.PATIENCE)
                .until(() -> stage.operator().writes().size() >= 2);

        stage.operator().stop();
        var redis = user.redis("half");
        assertThat(User.condition(redis, "Ready").getStatus()).isNotEqualTo("True");
        stage.operator().start();

        user.seesReady(Redis.class, "half");
        var application = stage.application("half");
        application.set("whole", "yes");
        assertThat(application.get("whole")).isEqualTo("yes");
    }

    @Test
    void itsRestartIsNotNoticed() {
        stage.operator().start();
        user.appliesSmallRedis("idle", "");
        user.appliesCacheService("idle", SERVICE_OF_IDLE);
        user.seesReady(Redis.class, "idle");
        user.seesExporter("idle");
        user.seesNotReady(CacheService.class, "idle", Reason.ScaledToZero);
        stage.operator().restsFor(QUIET);
        stage.operator().stop();
        var pod = stage.existing(Pod.class, "idle-redis-0").getMetadata().getUid();
        var versions = versions();
        var writes = stage.operator().writes();

        stage.operator().start();

        await().atMost(Stage.PATIENCE).until(() -> stage.operator().passes() >= 2);
        stage.operator().restsFor(QUIET);
        assertThat(stage.operator().writes()).isEqualTo(writes);
        assertThat(versions()).isEqualTo(versions);
        assertThat(stage.existing(Pod.class, "idle-redis-0").getMetadata().getUid())
                .isEqualTo(pod);
        user.seesReady(Redis.class, "idle");
    }

    /** What was changed while nobody looked is done when somebody does. */
    @Test
    void itCatchesUpWithWhatHappenedWhileItWasAway() {
        stage.operator().start();
        user.appliesSmallRedis("late", "");
        user.seesReady(Redis.class, "late");
        stage.operator().stop();

        user.appliesSmallRedis("late", "maxMemoryPolicy: noeviction");
        stage.object(Service.class, "late-redis").delete();
        stage.operator().start();

        user.seesReady(Redis.class, "late");
        assertThat(stage.operatorLogin("late").parameter("maxmemory-policy")).isEqualTo("noeviction");
    }

    /** The resource version of everything that the operator may have written. */
    private Map<String, String> versions() {
        var versions = new TreeMap<String, String>();
        for (var kind : WRITTEN) {
            for (var object : stage.world()
                    .resources(kind)
                    .inNamespace(stage.namespace())
                    .list()
                    .getItems()) {
                var metadata = object.getMetadata();
                versions.put(object.getKind() + " " + metadata.getName(), metadata.getResourceVersion());
            }
        }
        return versions;
    }

    private static void isForbidden(Throwable thrown) {
        assertThat(thrown).isInstanceOfSatisfying(KubernetesClientException.class, e -> assertThat(e.getCode())
                .isEqualTo(FORBIDDEN));
    }
}
