package dev.redoubt.operator.cluster;

import static org.awaitility.Awaitility.await;

import dev.redoubt.operator.OperatorProcess;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.settings.OperatorSettings.Certificates;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The operator, put together as the program does, in this process. It works in one namespace and may do there what its shipped
 * role allows: it impersonates the account that the role is bound to. An operator that is installed in the cluster leaves
 * its resources alone, because they carry the label of another instance.
 */
public final class OperatorUnderTest {
    /** On what it makes for the Prometheus operator. */
    public static final Map<String, String> MONITORING_LABELS = Map.of("prometheus", "of-the-test");

    private static final Set<String> READING = Set.of("GET", "HEAD");

    private final KubernetesClient world;
    private final String namespace;
    private final List<String> writes = new CopyOnWriteArrayList<>();

    private Certificates certificates = OperatorSettings.DEFAULTS.certificates();
    private @Nullable Running running;

    private record Running(KubernetesClient client, OperatorProcess process) {}

    OperatorUnderTest(KubernetesClient world, String namespace) {
        this.world = world;
        this.namespace = namespace;
    }

    /** Starts a new process whose certificates live as long as {@code lives} says. */
    public void start(Certificates lives) {
        certificates = lives;
        start();
    }

    /** Starts a new process, that knows nothing but what is in the cluster. */
    public void start() {
        var client = as(account());
        var process = new OperatorProcess(settings(), client, "operator-under-test", () -> {});
        running = new Running(client, process);
        process.start();
    }

    /** Ends it as SIGTERM does; does nothing if it does not run. */
    public void stop() {
        var stopped = running;
        running = null;
        if (stopped != null) {
            try (var _ = stopped.client();
                    var _ = stopped.process()) {
                // Closed in the order of the program: what works first, then its client.
            }
        }
    }

    /** The account whose rights it has. */
    public String account() {
        return "system:serviceaccount:" + namespace + ":" + Stage.OPERATOR_ACCOUNT;
    }

    /** A client with the rights of {@code account}, whose writes are noted. */
    public KubernetesClient as(String account) {
        var config = new ConfigBuilder(world.getConfiguration())
                .withImpersonateUsername(account)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(OperatorProcess.serialization())
                .withHttpClientBuilderConsumer(
                        http -> http.addOrReplaceInterceptor("noted-writes", new NotedWrites(writes)))
                .build();
    }

    /** Every request, Events included, with which it tried to change something, since the first start. */
    public List<String> writes() {
        return List.copyOf(writes);
    }

    /** How many passes the running process has finished without an error. */
    public long passes() {
        return Math.round(process().metrics().find("operator.sdk.reconciliations.success").counters().stream()
                .mapToDouble(Counter::count)
                .sum());
    }

    /** The value of a counter of the running process; 0 if it does not exist yet. */
    public double count(String name, String... tags) {
        var counter = process().metrics().find(name).tags(tags).counter();
        return counter == null ? 0 : counter.count();
    }

    /** Waits until no pass has run, and nothing was written, for {@code time}. */
    public void restsFor(Duration time) {
        var last = new long[] {-1, -1};
        await().pollInterval(Duration.ofMillis(200))
                .during(time)
                .atMost(Stage.PATIENCE)
                .until(() -> {
                    var now = new long[] {passes(), writes.size()};
                    var rests = now[0] == last[0] && now[1] == last[1];
                    last[0] = now[0];
                    last[1] = now[1];
                    return rests;
                });
    }

    /** The process that runs. */
    public OperatorProcess process() {
        return Objects.requireNonNull(running, "the operator does not run").process();
    }

    private OperatorSettings settings() {
        var defaults = OperatorSettings.DEFAULTS;
        return new OperatorSettings(
                List.of(namespace),
                namespace,
                new OperatorSettings.Images(
                        defaults.images().redis(),
                        defaults.images().valkey(),
                        cacheServiceImage(),
                        defaults.images().exporter()),
                defaults.clusterDomain(),
                defaults.operator(),
                new OperatorSettings.LeaderElection(false, "unused"),
                new OperatorSettings.Http(0),
                defaults.ping(),
                new OperatorSettings.Hardening(Duration.ofSeconds(5), Duration.ofSeconds(20), 4, 6378),
                new OperatorSettings.Memory(Duration.ofSeconds(1), 10),
                new OperatorSettings.CacheServices(Duration.ofSeconds(1), Duration.ofSeconds(1)),
                defaults.reconcile(),
                // As short as a marked pod allows; the kubelet takes a second.
                new OperatorSettings.Credentials(Duration.ofSeconds(3), Duration.ofSeconds(8)),
                certificates,
                new OperatorSettings.Monitoring(MONITORING_LABELS, Duration.ofSeconds(1)),
                defaults.issuer());
    }

    /** The one that was built, and if that is not said, one that the cluster has. */
    private String cacheServiceImage() {
        return Optional.ofNullable(System.getenv("CACHE_SERVICE_IMAGE"))
                .filter(image -> !image.isBlank())
                .or(() -> world.nodes().list().getItems().stream()
                        .flatMap(node -> node.getStatus().getImages().stream())
                        .flatMap(image -> image.getNames().stream())
                        .filter(name -> name.contains("/cache-service:"))
                        .findFirst())
                .orElse(OperatorSettings.DEFAULTS.images().cacheService());
    }

    /** Writes down what is not a question. */
    private record NotedWrites(List<String> writes) implements Interceptor {
        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            if (!READING.contains(request.method())) {
                writes.add(request.method() + " " + request.uri().getPath());
            }
        }
    }
}
