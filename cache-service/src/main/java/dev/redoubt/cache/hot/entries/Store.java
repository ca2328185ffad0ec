package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Action;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Body;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.metrics.Outcome;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.region.ETag;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * PUT.
 *
 * @param body the value behind its envelope
 */
record Store(Storing storing, Body body) implements Action {

    static final Answer.Fixed PRECONDITION_FAILED = Answer.refusal(
            ProblemType.PRECONDITION_FAILED, "The value is not what If-Match or If-None-Match says; read it anew.");

    private static final Answer.Fixed LEASE_LOST = Answer.refusal(
            ProblemType.LEASE_LOST,
            "The lease has expired, or the key was deleted or stored by somebody else since: do not store this value.");
    private static final Answer.Fixed REPLACED = Answer.bare(HttpResponseStatus.NO_CONTENT);
    private static final Answer.Fixed CREATED = Answer.bare(HttpResponseStatus.CREATED);

    @Override
    public void run(Exchange exchange) {
        EntryContext context = storing.context();
        storing.store(body.whole(), new Storing.Ending() {
            @Override
            public void stored(boolean created) {
                context.loop().pendingDeletes().remove(context.key().bytes());
                context.answer(
                        exchange,
                        (created ? CREATED : REPLACED).with(HttpHeaderNames.ETAG, ETag.of(storing.version())),
                        created ? Outcome.CREATED : Outcome.REPLACED);
            }

            @Override
            public void failed() {
                context.answer(exchange, PRECONDITION_FAILED, Outcome.REFUSED);
            }

            @Override
            public void leaseLost() {
                context.answer(exchange, LEASE_LOST, Outcome.REFUSED);
            }

            @Override
            public void unavailable(Answer.Fixed why) {
                context.answer(exchange, why, Outcome.UNAVAILABLE);
            }
        });
    }

    @Override
    public Body body() {
        return body;
    }

    @Override
    public void refused(long nanos) {
        storing.context().refused(nanos);
    }
}
