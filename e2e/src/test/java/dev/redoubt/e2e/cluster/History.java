package dev.redoubt.e2e.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one resource said since the watch began: a watch misses no state that the API server stored, while
 * asking again and again misses a fall between two looks.
 */
public final class History implements AutoCloseable {

    private final Object lock = new Object();
    private final List<Moment> moments = new ArrayList<>();
    private final String subject;
    private @Nullable Watch watch;
    private @Nullable WatcherException broken;

    private History(String subject) {
        this.subject = subject;
    }

    static History of(KubernetesClient client, Kind kind, String namespace, String name) {
        History history = new History(kind + " " + namespace + "/" + name);
        history.watch = client.genericKubernetesResources(kind.context())
                .inNamespace(namespace)
                .withName(name)
                .watch(history.recorder());
        return history;
    }

    private Watcher<GenericKubernetesResource> recorder() {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, GenericKubernetesResource resource) {
                synchronized (lock) {
                    moments.add(Moment.of(resource, action == Action.DELETED));
                    lock.notifyAll();
                }
            }

            @Override
            public void onClose(WatcherException cause) {
                synchronized (lock) {
                    broken = cause;
                    lock.notifyAll();
                }
            }
        };
    }

    /** All moments up to now. */
    public List<Moment> moments() {
        synchronized (lock) {
            return List.copyOf(moments);
        }
    }

    /** How many moments there are: a mark for {@link #awaitSince}. */
    public int mark() {
        return moments().size();
    }

    /** The first moment that fits, from the beginning of the history on. */
    public Moment await(String claim, Duration limit, Predicate<Moment> fits) {
        return awaitSince(0, claim, limit, fits);
    }

    /** The first moment that fits, after the first {@code mark} ones; an {@link AssertionError} when the limit is over. */
    public Moment awaitSince(int mark, String claim, Duration limit, Predicate<Moment> fits) {
        long end = System.nanoTime() + limit.toNanos();
        synchronized (lock) {
            int next = mark;
            while (true) {
                for (; next < moments.size(); next++) {
                    if (fits.test(moments.get(next))) {
                        return moments.get(next);
                    }
                }
                if (broken != null) {
                    throw new AssertionError("the watch of " + subject + " broke", broken);
                }
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    throw new AssertionError(
                            "%s: not %s within %s; it said%n%s".formatted(subject, claim, limit, this));
                }
                pause(left);
            }
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
    private void pause(long millis) {
        try {
            lock.wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
    }

    @Override
    public String toString() {
        return moments().stream().map(History::line).collect(Collectors.joining("\n"));
    }

    private static String line(Moment moment) {
        String conditions = moment.conditions().stream()
                .map(c -> c.type() + "=" + c.status() + "(" + c.reason() + ")")
                .collect(Collectors.joining(" "));
        return "%s generation %d observed %d %s%s"
                .formatted(
                        moment.at(),
                        moment.generation(),
                        moment.observedGeneration(),
                        conditions,
                        moment.deleted() ? " deleted" : "");
    }
}
