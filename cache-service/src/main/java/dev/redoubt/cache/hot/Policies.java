package dev.redoubt.cache.hot;

import dev.redoubt.cache.access.Access;
import dev.redoubt.cache.access.Clients;
import dev.redoubt.cache.metrics.CacheMetrics;
import dev.redoubt.cache.metrics.RegionMeters;
import dev.redoubt.cache.region.Region;
import dev.redoubt.cache.region.Regions;
import java.util.List;

/**
 * What the configuration says about requests, and may say differently tomorrow: immutable, swapped as a whole
 * ({@link HotPath#apply}), read once per request, so that no request sees half of a change.
 *
 * @param regions the named caches
 * @param access who may do what with these regions: grants are by their index
 * @param meters those of the regions, by index
 */
public record Policies(Regions regions, Access access, List<RegionMeters> meters) {

    /** With the meters of these regions; a region that was there before keeps its own. */
    public static Policies of(Regions regions, Access access, CacheMetrics metrics) {
        return new Policies(
                regions,
                access,
                regions.all().stream()
                        .map(region -> metrics.region(region.name()))
                        .toList());
    }

    /** The same without tokens. */
    public static Policies of(Regions regions, Clients clients, CacheMetrics metrics) {
        return of(regions, new Access(clients, null), metrics);
    }

    public RegionMeters meters(Region region) {
        return meters.get(region.index());
    }
}
