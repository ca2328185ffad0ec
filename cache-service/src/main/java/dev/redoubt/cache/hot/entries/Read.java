package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Action;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.metrics.Outcome;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.redis.Commands;
import dev.redoubt.cache.region.StoredValue;
import org.jspecify.annotations.Nullable;

/** GET and HEAD: a value, or a miss. */
record Read(EntryContext context) implements Action {

    private static final Answer MISS =
            Answer.refusal(ProblemType.CACHE_MISS, "No value is stored under this key, or it has expired.");

    @Override
    public void run(Exchange exchange) {
        context.loop()
                .redis()
                .dispatch(new EntryCall<@Nullable StoredValue>(context, exchange, Commands.get(context.key())) {
                    @Override
                    protected void replied(@Nullable StoredValue value) {
                        if (value == null) {
                            answer(MISS, Outcome.MISS);
                        } else {
                            answer(new Hit(value, context.loop().now()), Outcome.HIT);
                        }
                    }
                });
    }

    @Override
    public void refused(long nanos) {
        context.refused(nanos);
    }
}
