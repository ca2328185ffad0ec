package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.hot.HotLoop;
import dev.redoubt.cache.metrics.Operation;
import dev.redoubt.cache.metrics.Outcome;
import dev.redoubt.cache.metrics.RegionMeters;
import dev.redoubt.cache.near.NearCache;
import dev.redoubt.cache.redis.Key;
import dev.redoubt.cache.region.Region;

/**
 * What every operation on an entry needs.
 *
 * @param entries what the operations of this event loop share
 * @param name the key as the client knows it
 * @param key the key in Redis
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
record EntryContext(
        CacheEntries entries, Operation operation, Region region, RegionMeters meters, byte[] name, Key key) {

    HotLoop loop() {
        return entries.loop();
    }

    NearCache near() {
        return entries.near();
    }

    /** The key in Redis of the lease to load this entry. */
    byte[] leaseKey() {
        return region.leaseKey(name);
    }

    /** Milliseconds since 1970 as the scripts want it: 0 when Redis alone decides what has expired. */
    long scriptNow() {
        return region.staleFor().isZero() ? 0 : loop().now();
    }

    /** Counts how the request ended, and answers it. */
    void answer(Exchange exchange, Answer answer, Outcome outcome) {
        meters.request(operation, outcome, exchange.elapsed());
        exchange.answer(answer);
    }

    void refused(long nanos) {
        meters.request(operation, Outcome.REFUSED, nanos);
    }
}
