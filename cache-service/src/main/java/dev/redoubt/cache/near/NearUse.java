package dev.redoubt.cache.near;

import java.util.concurrent.atomic.LongAdder;

/** What one region takes of the near caches of all event loops. */
public final class NearUse {

    private final LongAdder copies = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder evictions = new LongAdder();

    void added(int cost) {
        copies.increment();
        bytes.add(cost);
    }

    void removed(int cost) {
        copies.decrement();
        bytes.add(-cost);
    }

    void evicted(int cost) {
        removed(cost);
        evictions.increment();
    }

    /** How many copies there are. */
    public long copies() {
        return copies.sum();
    }

    /** About how much memory they take. */
    public long bytes() {
        return bytes.sum();
    }

    /** How many had to go to make room. */
    public long evictions() {
        return evictions.sum();
    }
}
