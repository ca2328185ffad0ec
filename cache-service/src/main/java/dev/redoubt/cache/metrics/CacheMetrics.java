package dev.redoubt.cache.metrics;

import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.region.Region;
import dev.redoubt.cache.region.Regions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Request meters. Their labels are regions, operations, outcomes and problem codes, all of them known when the service starts: no
 * request can make a new one.
 */
public final class CacheMetrics {

    private static final int OPERATIONS = Operation.values().length;
    private static final int OUTCOMES = Outcome.values().length;
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(500_000), Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(5),
                Duration.ofMillis(10),
        Duration.ofMillis(25), Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(250),
                Duration.ofSeconds(1)
    };

    private final MeterRegistry registry;
    private final AtomicReferenceArray<@Nullable Timer> timers;
    private final Map<ProblemType, Counter> refusals = new EnumMap<>(ProblemType.class);

    public CacheMetrics(MeterRegistry registry, Regions regions) {
        this.registry = registry;
        this.timers = new AtomicReferenceArray<>(regions.all().size() * OPERATIONS * OUTCOMES);
        for (ProblemType type : ProblemType.values()) {
            refusals.put(
                    type,
                    Counter.builder("redoubt.http.refusals")
                            .description("Requests answered with a problem document, by its code")
                            .tag("code", type.code())
                            .register(registry));
        }
    }

    /** Counts and times a request to a region. Safe from every event loop. */
    @SuppressWarnings("EnumOrdinal") // an array index that never leaves this process
    public void request(Region region, Operation operation, Outcome outcome, long nanos) {
        int slot = (region.index() * OPERATIONS + operation.ordinal()) * OUTCOMES + outcome.ordinal();
        Timer timer = timers.get(slot);
        if (timer == null) {
            timer = timer(region, operation, outcome);
            timers.set(slot, timer);
        }
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Counts a refusal. */
    public void refusal(ProblemType type) {
        Counter counter = refusals.get(type);
        if (counter != null) {
            counter.increment();
        }
    }

    /** A meter appears with its first request: those that never happen cost nothing. */
    private Timer timer(Region region, Operation operation, Outcome outcome) {
        return Timer.builder("redoubt.cache.requests")
                .description("Requests to a region, from the last byte of the head to the answer")
                .tag("region", region.name())
                .tag("operation", operation.name().toLowerCase(Locale.ROOT))
                .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }
}
