package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Action;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.metrics.Outcome;
import dev.redoubt.cache.redis.Commands;

/**
 * DELETE of all values that were stored with a tag: the token of the tag goes, and with it every value that has it. No key is looked for.
 * The key of the context is the token's.
 */
record DeleteByTag(EntryContext context) implements Action {

    @Override
    public void run(Exchange exchange) {
        context.loop()
                .redis()
                .dispatch(new EntryCall<Long>(Commands.unlink(context.key().bytes())) {
                    @Override
                    protected void replied(Long removed) {
                        context.near().written(context.key());
                        context.answer(exchange, Delete.DELETED, Outcome.DELETED);
                    }

                    @Override
                    void unavailable(Answer.Fixed why) {
                        context.near().written(context.key());
                        context.answer(exchange, why, Outcome.UNAVAILABLE);
                    }
                });
    }

    @Override
    public void refused(long nanos) {
        context.refused(nanos);
    }
}
