package dev.redoubt.operator.certificatesources;

import io.fabric8.kubernetes.api.model.APIResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the cluster has cert-manager. The API server is asked at an interval, because everybody may ask what it serves, while a watch on
 * definitions needs a right over the whole cluster, which an operator of some namespaces does not have.
 */
public final class CertManagerApi implements AutoCloseable {
    static final String GROUP = "cert-manager.io";
    static final String VERSION = "v1";

    private static final Logger LOG = LoggerFactory.getLogger(CertManagerApi.class);
    private static final String KIND = "Certificate";

    private final KubernetesClient client;
    private final Duration interval;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService timer;

    private volatile boolean served;

    /** @param interval between two questions */
    public CertManagerApi(KubernetesClient client, Duration interval) {
        this.client = client;
        this.interval = interval;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("cert-manager-api").daemon().factory());
        var _ = timer.scheduleWithFixedDelay(this::look, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether it was there when the API server was last asked; false before the first answer. */
    public boolean isServed() {
        return served;
    }

    /** How long it takes at most until it is noticed. */
    public Duration interval() {
        return interval;
    }

    /** Calls {@code changed} whenever it has come or gone. */
    public void listen(Runnable changed) {
        listeners.add(changed);
    }

    private void look() {
        try {
            var now = Optional.ofNullable(client.getApiResources(GROUP + "/" + VERSION)).stream()
                    .flatMap(found -> found.getResources().stream())
                    .map(APIResource::getKind)
                    .anyMatch(KIND::equals);
            if (now != served) {
                served = now;
                LOG.atInfo().addKeyValue("served", now).log("Kind Certificate of cert-manager");
                listeners.forEach(Runnable::run);
            }
        } catch (RuntimeException e) {
            // What was known stays known; an executor would drop the task.
            LOG.atWarn().addKeyValue("cause", e.toString()).log("The API server does not say what it serves");
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
