package dev.redoubt.cache.limit;

import dev.redoubt.cache.config.ServiceConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The policies of the configuration, by name and in its order. */
public final class RateLimits {

    /** No policy at all. */
    public static final RateLimits NONE = new RateLimits(List.of());

    private final List<RateLimit> all;
    private final Map<String, RateLimit> byName;

    private RateLimits(List<RateLimit> all) {
        this.all = List.copyOf(all);
        Map<String, RateLimit> names = new LinkedHashMap<>();
        all.forEach(limit -> names.put(limit.name(), limit));
        this.byName = Map.copyOf(names);
    }

    public static RateLimits of(List<ServiceConfig.RateLimit> configured) {
        List<RateLimit> limits = new ArrayList<>();
        for (ServiceConfig.RateLimit limit : configured) {
            limits.add(RateLimit.of(
                    limits.size(),
                    limit.name(),
                    limit.capacity(),
                    limit.refillPeriod(),
                    RateLimit.WhenUnavailable.valueOf(limit.whenUnavailable().name())));
        }
        return new RateLimits(limits);
    }

    /** The policy of that name, or null. */
    public @Nullable RateLimit find(String name) {
        return byName.get(name);
    }

    /** All of them, in the order of the configuration. */
    public List<RateLimit> all() {
        return all;
    }
}
