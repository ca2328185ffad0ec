package dev.redoubt.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.e2e.process.Outcome;
import dev.redoubt.e2e.process.Program;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A namespace of a test's own, guarded by Pod Security "restricted", with {@code kubectl} and a client bound to it.
 * Closing it deletes the namespace and does not wait for the end of that.
 */
public final class Stage implements AutoCloseable {

    /** How long anything may take to become Ready: a bound for a loaded machine, not a claim about speed. */
    public static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Room for an API server that shares a loaded machine; the client's default is 10 s. */
    private static final int REQUEST_MILLIS = 60_000;

    private static final String PREFIX = "e2e-";

    private static final int NAME_CAPACITY = 40;

    private final KubernetesClient client;
    private final String namespace;

    private Stage(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** A fresh namespace {@code e2e-<words of the class name>-<number that makes a second run differ>}. */
    static Stage named(String testClass) {
        String words = testClass
                .replaceAll("E2E$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-")
                .toLowerCase(Locale.ROOT);
        String run = Long.toString(System.currentTimeMillis() / 1000 % 1_000_000, Character.MAX_RADIX);
        String name = PREFIX + words.substring(0, Math.min(words.length(), NAME_CAPACITY)) + "-" + run;
        return fresh(name.replace("--", "-"));
    }

    /** A fresh namespace of this name. */
    public static Stage fresh(String namespace) {
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(
                        new ConfigBuilder().withRequestTimeout(REQUEST_MILLIS).build())
                .build();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build())
                .create();
        Stage stage = new Stage(client, namespace);
        stage.awaitWhatKubernetesPutsIntoEveryNamespace();
        return stage;
    }

    /** They come a moment later: a pod is refused before, and a list of everything made before misses them. */
    private void awaitWhatKubernetesPutsIntoEveryNamespace() {
        Awaitility.await()
                .alias("the account and the authority of " + namespace)
                .atMost(PATIENCE)
                .until(() -> client.serviceAccounts()
                                        .inNamespace(namespace)
                                        .withName("default")
                                        .get()
                                != null
                        && client.configMaps()
                                        .inNamespace(namespace)
                                        .withName("kube-root-ca.crt")
                                        .get()
                                != null);
    }

    /** Waits until the namespaces of earlier tests are gone: what is being deleted takes the machine's time. */
    public void awaitOthersGone() {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(goingNamespaces())
                .as("namespaces of earlier tests that are still being deleted")
                .isEmpty());
    }

    private List<String> goingNamespaces() {
        return client.namespaces().list().getItems().stream()
                .map(HasMetadata::getMetadata)
                .filter(other -> other.getName().startsWith(PREFIX) && other.getDeletionTimestamp() != null)
                .map(ObjectMeta::getName)
                .toList();
    }

    /** A namespace that is somebody else's: closing leaves it as it is. Only to look at, and to put client pods into. */
    public Stage beside(String other) {
        return new Stage(client, other);
    }

    public String namespace() {
        return namespace;
    }

    /** The client, for bookkeeping only; what a user would type goes through {@link #kubectl}. */
    public KubernetesClient client() {
        return client;
    }

    /** {@code kubectl --namespace <this> …}. */
    public Outcome kubectl(String... arguments) {
        return kubectl().run(arguments);
    }

    /** {@code kubectl --namespace <this>}, to be run with more. */
    public Program kubectl() {
        return Program.kubectl().with("--namespace", namespace);
    }

    /** {@code kubectl apply -f -} of this YAML, refusing unknown fields; the outcome is the caller's to judge. */
    public Outcome apply(String yaml) {
        return kubectl().runWithInput(yaml, "apply", "--validate=strict", "-f", "-");
    }

    /** {@code kubectl wait --for=condition=Ready} for {@code kind/name}, within {@link #PATIENCE}. */
    public void awaitReady(String kindAndName) {
        String timeout = "--timeout=" + PATIENCE.toSeconds() + "s";
        kubectl()
                .within(PATIENCE.plusSeconds(15))
                .run("wait", "--for=condition=Ready", timeout, kindAndName)
                .succeeded();
    }

    /** Applies the YAML and waits until the resource {@code kind/name} in it is Ready. */
    public void applyAndAwaitReady(String yaml, String kindAndName) {
        apply(yaml).succeeded();
        awaitReady(kindAndName);
    }

    /** The custom resource as the API server has it, or nothing. */
    public @Nullable GenericKubernetesResource get(Kind kind, String name) {
        return client.genericKubernetesResources(kind.context())
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    /** What the resource, which must exist, says now. */
    public Moment now(Kind kind, String name) {
        return Moment.of(
                Objects.requireNonNull(get(kind, name), () -> "no " + kind + " " + name + " in " + namespace), false);
    }

    /** The recorded history of one resource from now on. */
    public History history(Kind kind, String name) {
        return History.of(client, kind, namespace, name);
    }

    /** The decoded values of a Secret. */
    public Map<String, String> secret(String name) {
        Secret secret = Objects.requireNonNull(
                client.secrets().inNamespace(namespace).withName(name).get(),
                () -> "no Secret " + name + " in " + namespace);
        return Objects.requireNonNullElse(secret.getData(), Map.<String, String>of()).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> decoded(entry.getValue())));
    }

    /** The pods with this label, by name. */
    public List<Pod> pods(String label, String value) {
        return client.pods()
                .inNamespace(namespace)
                .withLabel(label, value)
                .list()
                .getItems();
    }

    /** The pod of this name, which must exist. */
    public Pod pod(String name) {
        return Objects.requireNonNull(
                client.pods().inNamespace(namespace).withName(name).get(), () -> "no pod " + name + " in " + namespace);
    }

    /** Writes what explains a failure to {@code target/e2e-failures/<test>.txt}. */
    void keepForensics(String test) {
        Stream<Outcome> looks = Stream.of(
                kubectl("get", "redis,cacheservice,pods,services,pvc,jobs", "-o", "wide"),
                kubectl("get", "redis,cacheservice", "-o", "yaml"),
                kubectl("get", "events", "--sort-by=.lastTimestamp"),
                kubectl("describe", "pods"),
                Program.kubectl()
                        .run("logs", "--namespace=redoubt-system", "deployment/redoubt-operator", "--tail=200"));
        String report = looks.map(Outcome::toString).collect(Collectors.joining("\n\n"));
        Path file = Program.checkout().resolve("e2e/target/e2e-failures").resolve(test + ".txt");
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, report);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.namespaces().withName(namespace).delete();
        client.close();
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
