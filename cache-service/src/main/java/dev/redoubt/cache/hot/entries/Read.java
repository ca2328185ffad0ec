package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Action;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.metrics.Outcome;
import dev.redoubt.cache.metrics.Tier;
import dev.redoubt.cache.near.Copy;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.region.StoredValue;
import org.jspecify.annotations.Nullable;

/**
 * GET and HEAD: a value, or a miss.
 *
 * @param known versions that the client has ({@code If-None-Match}); null = it does not say
 * @param skipNear the client wants what Redis has ({@code Cache-Control: no-cache})
 * @param lease what to do on a miss; null = nothing but say so
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
record Read(
        EntryContext context,
        long @Nullable [] known,
        boolean skipNear,
        @Nullable LeaseWish lease) implements Action {

    static final Answer.Fixed MISS = Answer.refusal(
                    ProblemType.CACHE_MISS, "No value is stored under this key, or it has expired.")
            .with(Found.CACHE_STATUS, "redoubt; fwd=miss");

    @Override
    public void run(Exchange exchange) {
        Lookup lookup = new Lookup(context) {
            @Override
            void found(StoredValue value, @Nullable Copy copy, Tier tier) {
                Read.this.found(exchange, value, copy, tier);
            }

            @Override
            void missing(@Nullable StoredValue expired) {
                if (lease == null) {
                    miss(exchange, MISS);
                } else {
                    new Loading(Read.this, exchange, lease).start();
                }
            }

            @Override
            void stale(StoredValue value) {
                Read.this.stale(exchange, value, "stale-redis-down");
            }

            @Override
            void unavailable(Answer.Fixed why) {
                context.answer(exchange, why, Outcome.UNAVAILABLE);
            }
        };
        if (skipNear) {
            lookup.askRedis();
        } else {
            lookup.start();
        }
    }

    void found(Exchange exchange, StoredValue value, @Nullable Copy copy, Tier tier) {
        boolean known = isKnown(value);
        context.meters().hit(tier, known ? 0 : value.body().length);
        String detail = tier == Tier.NEAR ? context.entries().nearDetail() : "redis";
        context.answer(
                exchange,
                new Found(
                        value,
                        tier == Tier.NEAR ? copy : null,
                        context.region(),
                        detail,
                        context.loop().now(),
                        known),
                Outcome.HIT);
    }

    void stale(Exchange exchange, StoredValue value, String detail) {
        boolean known = isKnown(value);
        context.meters().stale(known ? 0 : value.body().length);
        context.answer(
                exchange,
                new Found(value, null, context.region(), detail, context.loop().now(), known),
                Outcome.STALE);
    }

    void miss(Exchange exchange, Answer answer) {
        context.meters().miss();
        context.answer(exchange, answer, Outcome.MISS);
    }

    private boolean isKnown(StoredValue value) {
        if (known != null) {
            for (long version : known) {
                if (version == value.version()) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public void refused(long nanos) {
        context.refused(nanos);
    }
}
