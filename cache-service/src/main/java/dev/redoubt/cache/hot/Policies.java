package dev.redoubt.cache.hot;

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
 * @param clients who may do what with these regions: grants are by their index
 * @param meters those of the regions, by index
 */
public record Policies(Regions regions, Clients clients, List<RegionMeters> meters) {

    /** With the meters of these regions; a region that was there before keeps its own. */
    public static Policies of(Regions regions, Clients clients, CacheMetrics metrics) {
        return new Policies(
                regions,
                clients,
                regions.all().stream()
                        .map(region -> metrics.region(region.name()))
                        .toList());
    }

    public RegionMeters meters(Region region) {
        return meters.get(region.index());
    }
}
