package dev.redoubt.cache.lifecycle;

import dev.redoubt.cache.config.ConfigException;
import dev.redoubt.cache.config.ConfigFile;
import dev.redoubt.cache.config.ServiceConfig;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Reads service.yaml, and what it names, again when one of them changes. A file that can be used takes effect at once, for the requests that
 * begin from then on; one that cannot is told about, once, and changes nothing.
 *
 * <p>It looks at the content, once a second: notifications of the file system are lost on the symbolic links with which a kubelet swaps a
 * directory, and a few small files cost nothing.
 */
public final class LiveConfiguration implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(LiveConfiguration.class);
    private static final long INTERVAL_MILLIS = 1_000;

    private final Path file;
    private final Consumer<ServiceConfig> apply;
    private final InstantSource clock;
    private final AtomicLong applied = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final ServiceConfig started;

    private ServiceConfig named;
    private Fingerprint seen;
    private volatile State state;
    private volatile @Nullable ScheduledExecutorService timer;

    /**
     * What is in effect.
     *
     * @param since when it took effect
     * @param problem why the file as it is now is not in effect; null = it is
     * @param afterRestart what it says otherwise, and what takes effect with the next start only
     * @param sha256 of the file as it was looked at last, in hexadecimal: whoever wrote it knows by it that all of this is about that file
     */
    public record State(Instant since, @Nullable String problem, List<String> afterRestart, String sha256) {}

    /**
     * @param started with what the process has started
     * @param apply puts a configuration into effect, or throws a {@link ConfigException} and changes nothing
     */
    public LiveConfiguration(Path file, ServiceConfig started, Consumer<ServiceConfig> apply, InstantSource clock) {
        this.file = file;
        this.started = started;
        this.apply = apply;
        this.clock = clock;
        this.named = started;
        this.seen = Fingerprint.of(file, started);
        this.state = new State(clock.instant(), null, List.of(), seen.sha256OfTheFile());
    }

    /** What is in effect now. */
    public State state() {
        return state;
    }

    /** Changes that took effect. */
    public long applied() {
        return applied.get();
    }

    /** Changes that could not be used. */
    public long refused() {
        return refused.get();
    }

    /** Looks once. */
    void look() {
        try {
            Fingerprint now = Fingerprint.of(file, named);
            if (!now.equals(seen)) {
                seen = now;
                changed(now);
            }
        } catch (RuntimeException e) {
            // An exception would end the schedule, and with it every later change.
            LOG.error("The configuration could not be looked at because of a fault of the service", e);
        }
    }

    private void changed(Fingerprint now) {
        try {
            ServiceConfig next = ConfigFile.load(file);
            Fingerprint ofNext = Fingerprint.of(file, next);
            named = next;
            // Whatever changes while we read is found different at the next look.
            if (ofNext.hasTheFileOf(now)) {
                seen = ofNext;
            }
            apply.accept(next);
            List<String> later = next.differencesThatNeedARestart(started);
            state = new State(clock.instant(), null, later, now.sha256OfTheFile());
            applied.incrementAndGet();
            LOG.info(
                    "The configuration has changed and is in effect{}",
                    later.isEmpty()
                            ? ""
                            : "; these changes take effect with the next start: " + String.join(", ", later));
        } catch (ConfigException e) {
            state = new State(state.since(), e.getMessage(), state.afterRestart(), now.sha256OfTheFile());
            refused.incrementAndGet();
            LOG.warn(
                    "The configuration has changed and cannot be used; the one before stays in effect. {}",
                    e.getMessage());
        }
    }

    @Override
    public void start() {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("configuration").daemon().factory());
        var _ = executor.scheduleWithFixedDelay(this::look, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        timer = executor;
    }

    @Override
    public void stop() {
        ScheduledExecutorService executor = timer;
        timer = null;
        if (executor != null) {
            executor.shutdownNow();
        }
    }

    @Override
    public boolean isRunning() {
        return timer != null;
    }
}
