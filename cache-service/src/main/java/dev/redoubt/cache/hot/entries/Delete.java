package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Action;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.metrics.Outcome;
import dev.redoubt.cache.redis.Commands;
import io.netty.handler.codec.http.HttpResponseStatus;

/** DELETE of one key. */
record Delete(EntryContext context) implements Action {

    private static final Answer DELETED = Answer.bare(HttpResponseStatus.NO_CONTENT);

    @Override
    public void run(Exchange exchange) {
        context.loop().redis().dispatch(new EntryCall<Long>(context, exchange, Commands.unlink(context.key())) {
            @Override
            protected void replied(Long removed) {
                answer(DELETED, Outcome.DELETED);
            }
        });
    }

    @Override
    public void refused(long nanos) {
        context.refused(nanos);
    }
}
