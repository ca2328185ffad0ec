package dev.redoubt.cache.access;

import java.util.concurrent.atomic.LongAdder;

/** What became of looks into the cache of tokens since the start: a change of the configuration makes another cache, and counts on. From any thread. */
public final class TokenCounts {

    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder evictions = new LongAdder();

    void looked(boolean found) {
        (found ? hits : misses).increment();
    }

    void evicted() {
        evictions.increment();
    }

    /** Tokens that were known. */
    public long hits() {
        return hits.sum();
    }

    /** Tokens that had to be looked at. */
    public long misses() {
        return misses.sum();
    }

    /** Tokens that were forgotten because there were too many. */
    public long evictions() {
        return evictions.sum();
    }
}
