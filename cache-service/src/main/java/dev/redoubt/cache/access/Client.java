package dev.redoubt.cache.access;

import dev.redoubt.cache.limit.RateLimit;
import dev.redoubt.cache.limit.RateLimits;
import dev.redoubt.cache.region.Region;
import dev.redoubt.cache.region.Regions;
import java.util.BitSet;
import java.util.List;

/** Somebody with an API key or a ServiceAccount, and what it may do: nothing but what its grants name. */
public final class Client {

    private final String name;
    private final BitSet read;
    private final BitSet write;
    private final BitSet limit;
    private final Identity.Known identity;

    private Client(String name, BitSet read, BitSet write, BitSet limit) {
        this.name = name;
        this.read = read;
        this.write = write;
        this.limit = limit;
        this.identity = new Identity.Known(this);
    }

    /** Grants name regions and rate limits; {@code "*"} is every one. */
    public static Client of(
            String name,
            List<String> read,
            List<String> write,
            List<String> limit,
            Regions regions,
            RateLimits limits) {
        return new Client(name, granted(read, regions), granted(write, regions), granted(limit, limits));
    }

    public String name() {
        return name;
    }

    /** That it is this client who asks. */
    Identity.Known identity() {
        return identity;
    }

    /** May it GET and HEAD in this region? */
    public boolean mayRead(Region region) {
        return read.get(region.index());
    }

    /** May it PUT and DELETE in this region? */
    public boolean mayWrite(Region region) {
        return write.get(region.index());
    }

    /** May it take from, look into and reset the buckets of this limit? */
    public boolean mayLimit(RateLimit policy) {
        return limit.get(policy.index());
    }

    private static BitSet granted(List<String> names, RateLimits limits) {
        BitSet set = new BitSet();
        for (RateLimit policy : limits.all()) {
            set.set(policy.index(), names.contains("*") || names.contains(policy.name()));
        }
        return set;
    }

    private static BitSet granted(List<String> names, Regions regions) {
        BitSet set = new BitSet();
        for (Region region : regions.all()) {
            set.set(region.index(), names.contains("*") || names.contains(region.name()));
        }
        return set;
    }
}
