package dev.redoubt.cache.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The timers of the requests to one thing, by operation and outcome. Safe from every event loop.
 *
 * @param <O> the operations
 * @param <R> the outcomes
 */
final class RequestTimers<O extends Enum<O>, R extends Enum<R>> {

    private static final Duration[] BUCKETS = {
        Duration.ofNanos(500_000), Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(5),
                Duration.ofMillis(10),
        Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250),
                Duration.ofSeconds(1)
    };

    private final MeterRegistry registry;
    private final String name;
    private final String label;
    private final String of;
    private final int outcomes;
    private final AtomicReferenceArray<@Nullable Timer> timers;

    /**
     * @param name of the meter
     * @param label what it is that is asked, such as {@code region}
     * @param of which one
     */
    RequestTimers(
            MeterRegistry registry, String name, String label, String of, Class<O> operations, Class<R> outcomes) {
        this.registry = registry;
        this.name = name;
        this.label = label;
        this.of = of;
        this.outcomes = outcomes.getEnumConstants().length;
        this.timers = new AtomicReferenceArray<>(operations.getEnumConstants().length * this.outcomes);
    }

    /** Counts and times a request. */
    @SuppressWarnings("EnumOrdinal") // an array index that never leaves this process
    void request(O operation, R outcome, long nanos) {
        int slot = operation.ordinal() * outcomes + outcome.ordinal();
        Timer timer = timers.get(slot);
        if (timer == null) {
            timer = timer(operation, outcome);
            timers.set(slot, timer);
        }
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A meter appears with its first request: those that never happen cost nothing. */
    private Timer timer(O operation, R outcome) {
        return Timer.builder(name)
                .description("Requests to a " + label + ", from the last byte of the head to the answer")
                .tag(label, of)
                .tag("operation", operation.name().toLowerCase(Locale.ROOT))
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /** What is asked is gone, and so are its meters. */
    void remove() {
        for (int slot = 0; slot < timers.length(); slot++) {
            Timer timer = timers.getAndSet(slot, null);
            if (timer != null) {
                registry.remove(timer);
            }
        }
    }
}
