package dev.redoubt.cache.hot;

import dev.redoubt.cache.access.Access;
import dev.redoubt.cache.limit.RateLimit;
import dev.redoubt.cache.limit.RateLimits;
import dev.redoubt.cache.metrics.CacheMetrics;
import dev.redoubt.cache.metrics.LimitMeters;
import dev.redoubt.cache.metrics.RegionMeters;
import dev.redoubt.cache.region.Region;
import dev.redoubt.cache.region.Regions;
import java.util.List;

/**
 * What the configuration says about requests, and may say differently tomorrow: immutable, swapped as a whole
 * ({@link HotPath#apply}), read once per request, so that no request sees half of a change.
 *
 * @param regions the named caches
 * @param limits the rate limits
 * @param access who may do what with these regions and limits: grants are by their index
 * @param meters those of the regions, by index
 * @param limitMeters those of the limits, by index
 */
public record Policies(
        Regions regions, RateLimits limits, Access access, List<RegionMeters> meters, List<LimitMeters> limitMeters) {

    /** {@code rules} with the meters of their regions and limits; one that was there before keeps its own. */
    public static Policies of(Rules rules, CacheMetrics metrics) {
        return new Policies(
                rules.regions(),
                rules.limits(),
                rules.access(),
                rules.regions().all().stream()
                        .map(region -> metrics.region(region.name()))
                        .toList(),
                rules.limits().all().stream()
                        .map(limit -> metrics.limit(limit.name()))
                        .toList());
    }

    public LimitMeters meters(RateLimit limit) {
        return limitMeters.get(limit.index());
    }

    public RegionMeters meters(Region region) {
        return meters.get(region.index());
    }
}
