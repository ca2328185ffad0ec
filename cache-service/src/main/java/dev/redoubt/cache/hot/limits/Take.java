package dev.redoubt.cache.hot.limits;

import dev.redoubt.cache.hot.Action;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.limit.RateLimit;
import dev.redoubt.cache.limit.Verdict;
import dev.redoubt.cache.metrics.LimitMeters;
import dev.redoubt.cache.metrics.LimitOperation;
import dev.redoubt.cache.metrics.LimitOutcome;
import dev.redoubt.cache.problem.ProblemType;

/** Takes tokens from one bucket, all or none. */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
record Take(Limiter limiter, RateLimit limit, byte[] client, long cost, LimitMeters meters) implements Action {

    @Override
    public void run(Exchange exchange) {
        limiter.take(limit, client, cost, new Decided() {
            @Override
            public void verdict(Verdict verdict) {
                meters.request(LimitOperation.TAKE, outcome(verdict), exchange.elapsed());
                exchange.answer(new LimitAnswer(limit, verdict, false));
            }

            @Override
            public void unavailable(String why) {
                meters.request(LimitOperation.TAKE, LimitOutcome.UNAVAILABLE, exchange.elapsed());
                exchange.answer(unavailableAnswer(limit, why));
            }
        });
    }

    @Override
    public void refused(long nanos) {
        meters.request(LimitOperation.TAKE, LimitOutcome.REFUSED, nanos);
    }

    static LimitOutcome outcome(Verdict verdict) {
        return switch (verdict.source()) {
            case redis -> verdict.allowed() ? LimitOutcome.ALLOWED : LimitOutcome.LIMITED;
            case local -> verdict.allowed() ? LimitOutcome.ALLOWED_LOCAL : LimitOutcome.LIMITED_LOCAL;
            case open -> LimitOutcome.ALLOWED_OPEN;
        };
    }

    static Answer.Fixed unavailableAnswer(RateLimit limit, String why) {
        return Answer.refusal(ProblemType.TEMPORARY_REDUCED_CAPACITY, "Limit " + limit.name() + ": " + why);
    }
}
