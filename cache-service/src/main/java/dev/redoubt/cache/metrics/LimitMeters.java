package dev.redoubt.cache.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The meters of one rate limit. Safe from every event loop. */
public final class LimitMeters {

    private static final int OUTCOMES = LimitOutcome.values().length;
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(500_000), Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(5),
                Duration.ofMillis(10),
        Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250),
                Duration.ofSeconds(1)
    };

    private final MeterRegistry registry;
    private final String limit;
    private final AtomicReferenceArray<@Nullable Timer> timers =
            new AtomicReferenceArray<>(LimitOperation.values().length * OUTCOMES);

    LimitMeters(MeterRegistry registry, String limit) {
        this.registry = registry;
        this.limit = limit;
    }

    /** Counts and times a request. */
    @SuppressWarnings("EnumOrdinal") // an array index that never leaves this process
    public void request(LimitOperation operation, LimitOutcome outcome, long nanos) {
        int slot = operation.ordinal() * OUTCOMES + outcome.ordinal();
        Timer timer = timers.get(slot);
        if (timer == null) {
            timer = timer(operation, outcome);
            timers.set(slot, timer);
        }
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A meter appears with its first request: those that never happen cost nothing. */
    private Timer timer(LimitOperation operation, LimitOutcome outcome) {
        return Timer.builder("redoubt.limit.requests")
                .description("Requests to a rate limit, from the last byte of the head to the answer")
                .tag("limit", limit)
                .tag("operation", operation.name().toLowerCase(Locale.ROOT))
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /** The limit is gone, and so are its meters. */
    void remove() {
        for (int slot = 0; slot < timers.length(); slot++) {
            Timer timer = timers.getAndSet(slot, null);
            if (timer != null) {
                registry.remove(timer);
            }
        }
    }
}
