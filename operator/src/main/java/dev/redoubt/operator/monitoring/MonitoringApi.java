package dev.redoubt.operator.monitoring;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which kinds of the Prometheus operator the cluster has. The API server is asked at an interval, because everybody may ask what
 * it serves, while a watch on definitions needs a right over the whole cluster, which an operator of some namespaces does not have.
 */
public final class MonitoringApi implements AutoCloseable {
    static final String GROUP = "monitoring.coreos.com";
    static final String VERSION = "v1";

    private static final Logger LOG = LoggerFactory.getLogger(MonitoringApi.class);
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(ServiceMonitor.class, PrometheusRule.class);

    private final KubernetesClient client;
    private final Duration interval;
    private final ScheduledExecutorService timer;

    private volatile List<Class<? extends HasMetadata>> kinds = List.of();

    /** @param interval between two questions */
    public MonitoringApi(KubernetesClient client, Duration interval) {
        this.client = client;
        this.interval = interval;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("monitoring-api").daemon().factory());
    }

    /** The kinds that were there when the API server was last asked; none before the first answer. */
    public List<Class<? extends HasMetadata>> kinds() {
        return kinds;
    }

    /**
     * Starts to ask.
     *
     * @param changed called when there are other kinds than before
     */
    public void start(Runnable changed) {
        var _ = timer.scheduleWithFixedDelay(() -> look(changed), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look(Runnable changed) {
        try {
            var served = served();
            if (!served.equals(kinds)) {
                kinds = served;
                LOG.atInfo()
                        .addKeyValue(
                                "kinds",
                                served.stream().map(Class::getSimpleName).toList())
                        .log("Kinds of the Prometheus operator");
                changed.run();
            }
        } catch (RuntimeException e) {
            // What was known stays known; an executor would drop the task.
            LOG.atWarn().addKeyValue("cause", e.toString()).log("The API server does not say what it serves");
        }
    }

    private List<Class<? extends HasMetadata>> served() {
        var names = Optional.ofNullable(client.getApiResources(GROUP + "/" + VERSION)).stream()
                .flatMap(found -> found.getResources().stream())
                .map(APIResource::getKind)
                .collect(Collectors.toSet());
        return KINDS.stream()
                .filter(kind -> names.contains(HasMetadata.getKind(kind)))
                .toList();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
