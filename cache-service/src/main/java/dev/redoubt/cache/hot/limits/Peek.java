package dev.redoubt.cache.hot.limits;

import dev.redoubt.cache.hot.Action;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.limit.RateLimit;
import dev.redoubt.cache.limit.Verdict;
import dev.redoubt.cache.metrics.LimitMeters;
import dev.redoubt.cache.metrics.LimitOperation;
import dev.redoubt.cache.metrics.LimitOutcome;

/** Looks into one bucket. */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
record Peek(Limiter limiter, RateLimit limit, byte[] client, LimitMeters meters) implements Action {

    @Override
    public void run(Exchange exchange) {
        limiter.peek(limit, client, new Decided() {
            @Override
            public void verdict(Verdict verdict) {
                meters.request(LimitOperation.PEEK, Take.outcome(verdict), exchange.elapsed());
                exchange.answer(new LimitAnswer(limit, verdict, true));
            }

            @Override
            public void unavailable(String why) {
                meters.request(LimitOperation.PEEK, LimitOutcome.UNAVAILABLE, exchange.elapsed());
                exchange.answer(Take.unavailableAnswer(limit, why));
            }
        });
    }

    @Override
    public void refused(long nanos) {
        meters.request(LimitOperation.PEEK, LimitOutcome.REFUSED, nanos);
    }
}
