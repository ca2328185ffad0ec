package dev.redoubt.cache.hot.limits;

import dev.redoubt.cache.hot.Action;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.limit.RateLimit;
import dev.redoubt.cache.metrics.LimitMeters;
import dev.redoubt.cache.metrics.LimitOperation;
import dev.redoubt.cache.metrics.LimitOutcome;
import io.netty.handler.codec.http.HttpResponseStatus;

/** Fills one bucket up. */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
record Reset(Limiter limiter, RateLimit limit, byte[] client, LimitMeters meters) implements Action {

    private static final Answer DONE = Answer.bare(HttpResponseStatus.NO_CONTENT);

    @Override
    public void run(Exchange exchange) {
        limiter.reset(limit, client, new Done() {
            @Override
            public void done() {
                meters.request(LimitOperation.RESET, LimitOutcome.RESET, exchange.elapsed());
                exchange.answer(DONE);
            }

            @Override
            public void unavailable(String why) {
                meters.request(LimitOperation.RESET, LimitOutcome.UNAVAILABLE, exchange.elapsed());
                exchange.answer(Take.unavailableAnswer(limit, why));
            }
        });
    }

    @Override
    public void refused(long nanos) {
        meters.request(LimitOperation.RESET, LimitOutcome.REFUSED, nanos);
    }
}
