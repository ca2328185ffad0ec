package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.hot.HotLoop;
import dev.redoubt.cache.metrics.Operation;
import dev.redoubt.cache.metrics.Outcome;
import dev.redoubt.cache.metrics.RegionMeters;
import dev.redoubt.cache.region.Region;

/**
 * What every operation on an entry needs.
 *
 * @param key the key in Redis
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
record EntryContext(HotLoop loop, Operation operation, Region region, RegionMeters meters, byte[] key) {

    /** Counts how the request ended, and answers it. */
    void answer(Exchange exchange, Answer answer, Outcome outcome) {
        meters.request(operation, outcome, exchange.elapsed());
        exchange.answer(answer);
    }

    void refused(long nanos) {
        meters.request(operation, Outcome.REFUSED, nanos);
    }
}
