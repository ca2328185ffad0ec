package dev.redoubt.cache.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The meters of one region. Safe from every event loop. */
public final class RegionMeters {

    private static final int OUTCOMES = Outcome.values().length;
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(500_000), Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(5),
                Duration.ofMillis(10),
        Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250),
                Duration.ofSeconds(1)
    };

    private final MeterRegistry registry;
    private final String region;
    private final AtomicReferenceArray<@Nullable Timer> timers =
            new AtomicReferenceArray<>(Operation.values().length * OUTCOMES);

    RegionMeters(MeterRegistry registry, String region) {
        this.registry = registry;
        this.region = region;
    }

    /** Counts and times a request. */
    @SuppressWarnings("EnumOrdinal") // an array index that never leaves this process
    public void request(Operation operation, Outcome outcome, long nanos) {
        int slot = operation.ordinal() * OUTCOMES + outcome.ordinal();
        Timer timer = timers.get(slot);
        if (timer == null) {
            timer = timer(operation, outcome);
            timers.set(slot, timer);
        }
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** A meter appears with its first request: those that never happen cost nothing. */
    private Timer timer(Operation operation, Outcome outcome) {
        return Timer.builder("redoubt.cache.requests")
                .description("Requests to a region, from the last byte of the head to the answer")
                .tag("region", region)
                .tag("operation", operation.name().toLowerCase(Locale.ROOT))
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /** The region is gone, and so are its meters. */
    void remove() {
        for (int slot = 0; slot < timers.length(); slot++) {
            Timer timer = timers.getAndSet(slot, null);
            if (timer != null) {
                registry.remove(timer);
            }
        }
    }
}
