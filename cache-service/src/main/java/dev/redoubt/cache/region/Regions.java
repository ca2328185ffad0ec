package dev.redoubt.cache.region;

import dev.redoubt.cache.config.ServiceConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The regions of the configuration, by name and in its order. */
public final class Regions {

    private final List<Region> all;
    private final Map<String, Region> byName;

    private Regions(List<Region> all) {
        this.all = List.copyOf(all);
        Map<String, Region> names = new LinkedHashMap<>();
        all.forEach(region -> names.put(region.name(), region));
        this.byName = Map.copyOf(names);
    }

    /** The configured ones; {@code body} is the size of values where a region says nothing. */
    public static Regions of(List<ServiceConfig.Region> configured, int body) {
        List<Region> regions = new ArrayList<>();
        for (ServiceConfig.Region region : configured) {
            regions.add(Region.of(regions.size(), region, body));
        }
        return new Regions(regions);
    }

    /** The region of that name, or null. */
    public @Nullable Region find(String name) {
        return byName.get(name);
    }

    /** All of them, in the order of the configuration. */
    public List<Region> all() {
        return all;
    }
}
