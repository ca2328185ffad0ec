package dev.redoubt.operator.startup;

import dev.redoubt.operator.server.ServerId;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateRunning;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the beginning of a server's log, once for each start of its container and in the background. That the incomplete end of the
 * append-only file was cut off is told there and nowhere else: no command of the server knows of it.
 *
 * <p>A log that cannot be read, because the right is missing or the node does not answer, is one that says nothing: the client's own
 * timeout bounds the wait, and nothing else depends on it.
 */
public final class StartLogs {
    private static final Logger LOG = LoggerFactory.getLogger(StartLogs.class);
    /** The server says it before it accepts connections; a start writes about four thousand bytes until then. */
    private static final int LIMIT = 64 << 10;
    /** Logs that are read at the same time: when the operator starts, there is one to read for every Redis. */
    private static final int CONCURRENCY = 4;

    private final KubernetesClient client;
    private final Semaphore permits = new Semaphore(CONCURRENCY);
    /** Bounded by the number of servers: what is not wanted any more goes when the next one comes. */
    private final Map<ServerId, Start> starts = new ConcurrentHashMap<>();

    private volatile Consumer<ServerId> listener = _ -> {};
    private volatile Predicate<ServerId> wanted = _ -> true;

    /** What is known of the start of one container; nothing before its log was read. */
    private record Start(String container, boolean read, Optional<TailRepair> repair) {}

    public StartLogs(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Sets who is told.
     *
     * @param listener hears of each server whose log was read; it must not block
     * @param wanted whether a server's Redis still exists; one that does not is forgotten
     */
    public void start(Consumer<ServerId> listener, Predicate<ServerId> wanted) {
        this.listener = listener;
        this.wanted = wanted;
    }

    /** What a container's last start is known to have done. */
    public sealed interface Known {
        /** Its log is being read: what was said before holds. */
        record NotYet() implements Known {}

        /** Its log was read; empty if it tells of no repair. */
        record Read(Optional<TailRepair> repair) implements Known {}
    }

    /** What is known of the start of {@code container} in {@code pod}; its log is read if it was not yet. */
    public Known look(ServerId id, Pod pod, String container) {
        var running = running(pod, container);
        if (running.isEmpty()) {
            return new Known.NotYet();
        }
        var started = running.get().getStartedAt();
        var identity = pod.getMetadata().getUid() + " " + started;
        var known = starts.get(id);
        if (known == null || !known.container().equals(identity)) {
            starts.keySet().removeIf(other -> !wanted.test(other));
            starts.put(id, new Start(identity, false, Optional.empty()));
            Thread.ofVirtual().name("start-log").start(() -> read(id, identity, pod, container, started));
            return new Known.NotYet();
        }
        return known.read() ? new Known.Read(known.repair()) : new Known.NotYet();
    }

    private static Optional<ContainerStateRunning> running(Pod pod, String container) {
        if (pod.getStatus() == null) {
            return Optional.empty();
        }
        return pod.getStatus().getContainerStatuses().stream()
                .filter(status -> container.equals(status.getName()))
                .findFirst()
                .flatMap(status -> Optional.ofNullable(status.getState()))
                .map(ContainerState::getRunning)
                .filter(running -> running.getStartedAt() != null);
    }

    private void read(ServerId id, String identity, Pod pod, String container, String started) {
        var repair = TailRepair.in(log(pod, container), started);
        var before = new Start(identity, false, Optional.empty());
        if (starts.replace(id, before, new Start(identity, true, repair))) {
            listener.accept(id);
        }
    }

    private String log(Pod pod, String container) {
        var metadata = pod.getMetadata();
        try {
            permits.acquire();
            try {
                return client.pods()
                        .inNamespace(metadata.getNamespace())
                        .withName(metadata.getName())
                        .inContainer(container)
                        .limitBytes(LIMIT)
                        .getLog();
            } finally {
                permits.release();
            }
        } catch (KubernetesClientException e) {
            LOG.atWarn()
                    .addKeyValue("pod", metadata.getNamespace() + "/" + metadata.getName())
                    .addKeyValue("cause", e.getMessage())
                    .log(
                            "The log of a server's start was not read: a repair of its append-only file would not be told");
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
