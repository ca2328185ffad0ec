package dev.redoubt.cache.near;

import dev.redoubt.cache.redis.Key;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * What this process itself has written, for all its event loops: each write moves the stamp of its key. A near copy that was fetched
 * under another stamp is not used. So whoever got the answer to a write never reads the old value from this process, also on a connection
 * of another loop, which Redis may tell of the change a moment later.
 *
 * <p>Keys share stamps: a write drops a few copies too many, never one too few.
 */
public final class WriteStamps {

    private static final int STRIPES = 1 << 14;

    private final AtomicIntegerArray stamps = new AtomicIntegerArray(STRIPES);

    int of(Key key) {
        return stamps.get(stripe(key));
    }

    /** The key has been written, or may have been. From any event loop. */
    public void written(Key key) {
        stamps.incrementAndGet(stripe(key));
    }

    private static int stripe(Key key) {
        int hash = key.hashCode();
        return ((hash ^ (hash >>> 15)) * 0x9E3779B1) >>> 18;
    }
}
