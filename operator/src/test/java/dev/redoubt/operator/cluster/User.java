package dev.redoubt.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.CacheService;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.api.v1alpha1.RedisUser;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Somebody with {@code kubectl}: applies YAML, deletes, waits, and reads what the resource says of itself. */
public final class User {
    private static final String API_VERSION = "redoubt.dev/v1alpha1";
    private static final String SMALL = "maxMemory: 32Mi, resources: {requests: {cpu: 10m}}";
    private static final Duration POLL = Duration.ofMillis(100);

    private final KubernetesClient client;
    private final String namespace;

    User(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** As {@code kubectl apply}, with {@code spec} in YAML's flow style. */
    public void appliesRedis(String name, String spec) {
        apply("Redis", name, spec);
    }

    /**
     * Applies a Redis that asks for so little that many fit into a full cluster.
     *
     * @param more further fields of its specification, in YAML's flow style
     */
    public void appliesSmallRedis(String name, String more) {
        apply("Redis", name, "{%s%s%s}".formatted(SMALL, more.isEmpty() ? "" : ", ", more));
    }

    /** As {@code kubectl apply}, with {@code spec} in YAML's flow style. */
    public void appliesCacheService(String name, String spec) {
        apply("CacheService", name, spec);
    }

    /** As {@code kubectl apply}, with {@code spec} in YAML's flow style. */
    public void appliesRedisUser(String name, String spec) {
        apply("RedisUser", name, spec);
    }

    private void apply(String kind, String name, String spec) {
        var yaml = """
                apiVersion: %s
                kind: %s
                metadata: {name: %s, namespace: %s, labels: {%s: %s}}
                spec: %s
                """.formatted(API_VERSION, kind, name, namespace, Labels.OPERATOR, namespace, spec);
        client.genericKubernetesResources(API_VERSION, kind)
                .inNamespace(namespace)
                .resource(client.getKubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class))
                .fieldManager("user")
                .serverSideApply();
    }

    public void deletesRedis(String name) {
        client.resources(Redis.class).inNamespace(namespace).withName(name).delete();
    }

    /** As {@code kubectl annotate … redoubt.dev/paused=true}. */
    public void pauses(Class<? extends HasMetadata> kind, String name) {
        annotate(kind, name, Labels.PAUSED, "\"true\"");
    }

    /** As {@code kubectl annotate … redoubt.dev/paused-}. */
    public void resumes(Class<? extends HasMetadata> kind, String name) {
        annotate(kind, name, Labels.PAUSED, "null");
    }

    /** As {@code kubectl annotate redis … redoubt.dev/rotate-credentials=VALUE}. */
    public void asksForNewPasswords(String redis, String value) {
        annotate(Redis.class, redis, Labels.ROTATE_CREDENTIALS, "\"" + value + "\"");
    }

    /** The password of one RedisUser alone. */
    public void asksForAnotherPassword(String redisUser, String value) {
        annotate(RedisUser.class, redisUser, Labels.ROTATE_CREDENTIALS, "\"" + value + "\"");
    }

    private void annotate(Class<? extends HasMetadata> kind, String name, String annotation, String value) {
        client.resources(kind)
                .inNamespace(namespace)
                .withName(name)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\": {\"annotations\": {\"%s\": %s}}}".formatted(annotation, value));
    }

    /** The Redis of this name as it is now. */
    public Redis redis(String name) {
        return get(Redis.class, name);
    }

    /** The RedisUser of this name as it is now. */
    public RedisUser redisUser(String name) {
        return get(RedisUser.class, name);
    }

    /** The CacheService of this name as it is now. */
    public CacheService cacheService(String name) {
        return get(CacheService.class, name);
    }

    private <T extends HasMetadata> T get(Class<T> kind, String name) {
        return Objects.requireNonNull(
                client.resources(kind).inNamespace(namespace).withName(name).get(), name);
    }

    /** Waits until the resource as it is specified now is Ready, and settled. */
    public void seesReady(Class<? extends HasMetadata> kind, String name) {
        await("Ready of " + name).pollInterval(POLL).atMost(Stage.PATIENCE).untilAsserted(() -> {
            var resource = get(kind, name);
            assertCondition(resource, "Ready", "True", Reason.Available);
            assertThat(observedGeneration(resource))
                    .isEqualTo(resource.getMetadata().getGeneration());
        });
    }

    /** Waits until the exporter of the Redis {@code name} runs. */
    public void seesExporter(String name) {
        await("exporter of " + name).pollInterval(POLL).atMost(Stage.PATIENCE).untilAsserted(() -> {
            var deployment = client.resources(Deployment.class)
                    .inNamespace(namespace)
                    .withName(name + "-redis-exporter")
                    .get();
            assertThat(deployment).isNotNull();
            assertThat(deployment.getStatus().getReadyReplicas()).isEqualTo(1);
            assertThat(deployment.getStatus().getUnavailableReplicas()).isNull();
        });
    }

    /** Waits until it is not Ready, for this reason. */
    public void seesNotReady(Class<? extends HasMetadata> kind, String name, Reason reason) {
        sees(kind, name, "Ready", "False", reason, Stage.PATIENCE);
    }

    /** Waits until the condition {@code type} has this status and reason. */
    public void sees(
            Class<? extends HasMetadata> kind,
            String name,
            String type,
            String status,
            Reason reason,
            Duration patience) {
        await(type + "=" + status + " of " + name)
                .pollInterval(POLL)
                .atMost(patience)
                .untilAsserted(() -> assertCondition(get(kind, name), type, status, reason));
    }

    private static void assertCondition(HasMetadata resource, String type, String status, Reason reason) {
        var condition = condition(resource, type);
        assertThat(List.of(condition.getStatus(), condition.getReason()))
                .as("%s of %s: %s", type, resource.getMetadata().getName(), condition.getMessage())
                .containsExactly(status, reason.name());
    }

    /** Waits until it is not Ready, for whatever reason. */
    public void seesReadyFall(Class<? extends HasMetadata> kind, String name, Duration patience) {
        await("fall of Ready of " + name).pollInterval(POLL).atMost(patience).untilAsserted(() -> assertThat(
                        condition(get(kind, name), "Ready").getStatus())
                .isEqualTo("False"));
    }

    /** A condition as it is now; an empty one if nobody has set it. */
    public static Condition condition(HasMetadata resource, String type) {
        return conditions(resource).stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElseGet(() -> {
                    var none = new Condition();
                    none.setType(type);
                    none.setStatus("none");
                    none.setReason("none");
                    return none;
                });
    }

    private static List<Condition> conditions(HasMetadata resource) {
        return switch (resource) {
            case Redis redis when redis.getStatus() != null -> redis.getStatus().conditions();
            case CacheService service
            when service.getStatus() != null -> service.getStatus().conditions();
            case RedisUser user
            when user.getStatus() != null -> user.getStatus().conditions();
            default -> List.of();
        };
    }

    private static Long observedGeneration(HasMetadata resource) {
        return switch (resource) {
            case Redis redis when redis.getStatus() != null -> redis.getStatus().observedGeneration();
            case CacheService service
            when service.getStatus() != null -> service.getStatus().observedGeneration();
            case RedisUser user
            when user.getStatus() != null -> user.getStatus().observedGeneration();
            default -> -1L;
        };
    }
}
