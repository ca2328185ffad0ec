package dev.redoubt.operator.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.RedoubtSerialization;
import dev.redoubt.operator.crds.CrdInstaller;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A namespace of its own in the cluster, under the strictest Pod Security Standard, in which the three actors meet. Its client is
 * the cluster's administrator: with it a test is the world outside.
 */
public final class Stage implements AutoCloseable {
    /** The account that the chart gives to the operator. */
    static final String OPERATOR_ACCOUNT = "redoubt-operator";

    /** Room for anything that takes seconds on an idle machine; this one may be busy. */
    public static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final Path RULES = Path.of("rbac", "operator.yaml");
    private static final Path LEASE_RULES = Path.of("rbac", "leader-election.yaml");
    private static final Duration CRD_PATIENCE = Duration.ofSeconds(30);

    private final KubernetesClient world;
    private final String namespace;
    private final OperatorUnderTest operator;
    private final User user;

    private Stage(KubernetesClient world, String namespace) {
        this.world = world;
        this.namespace = namespace;
        this.operator = new OperatorUnderTest(world, namespace);
        this.user = new User(world, namespace);
    }

    /** A new namespace in which the operator may work, and does not yet. */
    public static Stage open(String name) {
        var world = new KubernetesClientBuilder()
                .withKubernetesSerialization(RedoubtSerialization.create())
                .build();
        new CrdInstaller(world).install(CRD_PATIENCE);
        var namespace = "it-" + name + "-" + UUID.randomUUID().toString().substring(0, 6);
        world.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .create();
        var stage = new Stage(world, namespace);
        stage.bindShippedRoles();
        return stage;
    }

    /** The rules as they are shipped, confined to this namespace, which is the operator's own too. */
    private void bindShippedRoles() {
        bind(OPERATOR_ACCOUNT, shipped(RULES, ClusterRole.class).getRules());
        bind(
                OPERATOR_ACCOUNT + "-leader-election",
                shipped(LEASE_RULES, Role.class).getRules());
    }

    private void bind(String role, List<PolicyRule> rules) {
        world.resource(new RoleBuilder()
                        .withNewMetadata()
                        .withName(role)
                        .withNamespace(namespace)
                        .endMetadata()
                        .withRules(rules)
                        .build())
                .create();
        world.resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withName(role)
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewRoleRef()
                        .withApiGroup("rbac.authorization.k8s.io")
                        .withKind("Role")
                        .withName(role)
                        .endRoleRef()
                        .addNewSubject()
                        .withKind("ServiceAccount")
                        .withName(OPERATOR_ACCOUNT)
                        .withNamespace(namespace)
                        .endSubject()
                        .build())
                .create();
    }

    private <T extends HasMetadata> T shipped(Path file, Class<T> kind) {
        try {
            return world.getKubernetesSerialization().unmarshal(Files.readString(file), kind);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The operator: one of the three. */
    public OperatorUnderTest operator() {
        return operator;
    }

    /** Who writes resources: another. */
    public User user() {
        return user;
    }

    /** The world outside, which may do everything. */
    public KubernetesClient world() {
        return world;
    }

    public String namespace() {
        return namespace;
    }

    /** An object of this namespace, which may not exist. */
    public <T extends HasMetadata> Resource<T> object(Class<T> kind, String name) {
        return world.resources(kind).inNamespace(namespace).withName(name);
    }

    /**
     * An object of this namespace as it is now.
     *
     * @throws AssertionError if there is none, so that one can wait for it
     */
    public <T extends HasMetadata> T existing(Class<T> kind, String name) {
        var found = object(kind, name).get();
        assertThat(found).as(kind.getSimpleName() + " " + name).isNotNull();
        return found;
    }

    /** An application that was given the binding of {@code redis}. */
    public RedisLogin application(String redis) {
        return RedisLogin.ofApplication(world, namespace, redis);
    }

    /** The same without a certificate to present. */
    public RedisLogin applicationWithoutCertificate(String redis) {
        return RedisLogin.withoutCertificate(world, namespace, redis);
    }

    /** A client that was given the binding of the RedisUser {@code user}. */
    public RedisLogin clientOf(String user) {
        return RedisLogin.ofUser(world, namespace, user);
    }

    /** The server of {@code redis} as the operator sees it. */
    public RedisLogin operatorLogin(String redis) {
        return RedisLogin.ofOperator(world, namespace, redis);
    }

    /** What the operator told about the resource {@code name}, as reasons in the order of telling. */
    public List<String> events(String name) {
        return eventsOf(name).map(Event::getReason).toList();
    }

    /** The same, each as {@code reason: note}. */
    public List<String> notes(String name) {
        return eventsOf(name)
                .map(event -> event.getReason() + ": " + event.getNote())
                .toList();
    }

    private Stream<Event> eventsOf(String name) {
        return world.resources(Event.class).inNamespace(namespace).list().getItems().stream()
                .filter(event -> event.getRegarding() != null
                        && name.equals(event.getRegarding().getName())
                        && "redoubt.dev/operator".equals(event.getReportingController()))
                .sorted((a, b) ->
                        a.getEventTime().getTime().compareTo(b.getEventTime().getTime()));
    }

    /** Stops the operator and leaves nothing in the cluster; the namespace goes by itself. */
    @Override
    public void close() {
        try (world) {
            operator.stop();
            world.namespaces().withName(namespace).delete();
        }
    }
}
