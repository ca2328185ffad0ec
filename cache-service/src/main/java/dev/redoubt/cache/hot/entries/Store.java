package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Action;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Body;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.metrics.Outcome;
import dev.redoubt.cache.redis.Commands;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * PUT.
 *
 * @param ttlMillis how long the value shall live
 * @param body the value behind its envelope
 */
record Store(EntryContext context, long ttlMillis, Body body) implements Action {

    private static final Answer REPLACED = Answer.bare(HttpResponseStatus.NO_CONTENT);
    private static final Answer CREATED = Answer.bare(HttpResponseStatus.CREATED);

    @Override
    public void run(Exchange exchange) {
        context.loop()
                .redis()
                .dispatch(
                        new EntryCall<Boolean>(
                                context, exchange, Commands.set(context.key(), body.whole(), ttlMillis)) {
                            @Override
                            protected void replied(Boolean existed) {
                                if (existed) {
                                    answer(REPLACED, Outcome.REPLACED);
                                } else {
                                    answer(CREATED, Outcome.CREATED);
                                }
                            }
                        });
    }

    @Override
    public void refused(long nanos) {
        context.refused(nanos);
    }
}
