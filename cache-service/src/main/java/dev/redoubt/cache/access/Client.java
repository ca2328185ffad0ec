package dev.redoubt.cache.access;

import dev.redoubt.cache.region.Region;
import dev.redoubt.cache.region.Regions;
import java.util.BitSet;
import java.util.List;

/** Somebody with an API key or a ServiceAccount, and what it may do: nothing but what its grants name. */
public final class Client {

    private final String name;
    private final BitSet read;
    private final BitSet write;
    private final Identity.Known identity;

    private Client(String name, BitSet read, BitSet write) {
        this.name = name;
        this.read = read;
        this.write = write;
        this.identity = new Identity.Known(this);
    }

    /** Grants name regions; {@code "*"} is every region. */
    public static Client of(String name, List<String> read, List<String> write, Regions regions) {
        return new Client(name, granted(read, regions), granted(write, regions));
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

    private static BitSet granted(List<String> names, Regions regions) {
        BitSet set = new BitSet();
        for (Region region : regions.all()) {
            set.set(region.index(), names.contains("*") || names.contains(region.name()));
        }
        return set;
    }
}
