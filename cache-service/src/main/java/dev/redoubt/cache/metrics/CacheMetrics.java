package dev.redoubt.cache.metrics;

import dev.redoubt.cache.problem.ProblemType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Request meters. Their labels are regions, rate limits, operations, outcomes and problem codes, all of them known from the configuration: no
 * request can make a new one.
 */
public final class CacheMetrics {

    private final MeterRegistry registry;
    private final Map<String, RegionMeters> regions = new ConcurrentHashMap<>();
    private final Map<String, LimitMeters> limits = new ConcurrentHashMap<>();
    private final Map<ProblemType, Counter> refusals = new EnumMap<>(ProblemType.class);
    private final Denials denials;

    public CacheMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.denials = new Denials(registry);
        for (ProblemType type : ProblemType.values()) {
            refusals.put(
                    type,
                    Counter.builder("redoubt.http.refusals")
                            .description("Requests answered with a problem document, by its code")
                            .tag("code", type.code())
                            .register(registry));
        }
    }

    /** The meters of a configured region, the same ones for the same name. */
    public RegionMeters region(String name) {
        return regions.computeIfAbsent(name, one -> new RegionMeters(registry, one));
    }

    /** The meters of a configured rate limit, the same ones for the same name. */
    public LimitMeters limit(String name) {
        return limits.computeIfAbsent(name, one -> new LimitMeters(registry, one));
    }

    /** Forgets the rate limits that the configuration does not name any more. */
    public void retainLimits(Set<String> names) {
        retain(limits, names, LimitMeters::remove);
    }

    /** Forgets the regions that the configuration does not name any more. */
    public void retain(Set<String> names) {
        retain(regions, names, RegionMeters::remove);
    }

    /** Forgets what is known under other names than {@code names}. */
    static <M> void retain(Map<String, M> known, Set<String> names, Consumer<M> remove) {
        known.forEach((name, meters) -> {
            if (!names.contains(name) && known.remove(name, meters)) {
                remove.accept(meters);
            }
        });
    }

    /** Those of who is not let in. */
    public Denials denials() {
        return denials;
    }

    /** Counts a refusal. */
    public void refusal(ProblemType type) {
        Counter counter = refusals.get(type);
        if (counter != null) {
            counter.increment();
        }
    }
}
