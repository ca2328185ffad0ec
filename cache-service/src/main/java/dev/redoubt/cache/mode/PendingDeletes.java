package dev.redoubt.cache.mode;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * The keys whose values are to be deleted as soon as Redis can be asked again: each once, the oldest first, and no more of them than a
 * setting allows. To delete twice, or later than asked, is harmless in a cache: the value is read from its origin again. From any thread.
 */
public final class PendingDeletes {

    private final int most;
    private final LinkedHashMap<ByteBuffer, byte[]> keys = new LinkedHashMap<>();
    private volatile int size;
    private final LongAdder dropped = new LongAdder();

    /** @param most keys that are kept; 0 = none */
    public PendingDeletes(int most) {
        this.most = most;
    }

    /** Notes a key, whose bytes are not to be changed any more; false when there is no room. */
    public synchronized boolean add(byte[] key) {
        ByteBuffer wrapped = ByteBuffer.wrap(key);
        if (keys.size() >= most && !keys.containsKey(wrapped)) {
            dropped.increment();
            return false;
        }
        keys.putIfAbsent(wrapped, key);
        size = keys.size();
        return true;
    }

    /** Forgets a key: it has been deleted, or a newer value was written. */
    public void remove(byte[] key) {
        // Asked for every write: most of the time there is nothing, and nobody to wait for.
        if (size > 0) {
            synchronized (this) {
                keys.remove(ByteBuffer.wrap(key));
                size = keys.size();
            }
        }
    }

    /** The oldest of them, at most {@code limit}; they stay until they are {@link #remove}d. */
    public synchronized List<byte[]> oldest(int limit) {
        List<byte[]> some = new ArrayList<>(Math.min(limit, keys.size()));
        for (byte[] key : keys.values()) {
            if (some.size() == limit) {
                break;
            }
            some.add(key);
        }
        return some;
    }

    /** How many there are. */
    public int size() {
        return size;
    }

    /** How many found no room so far. */
    public long dropped() {
        return dropped.sum();
    }
}
