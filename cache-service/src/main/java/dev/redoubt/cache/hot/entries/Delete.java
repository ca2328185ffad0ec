package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Action;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.metrics.Outcome;
import dev.redoubt.cache.mode.PendingDeletes;
import dev.redoubt.cache.redis.Commands;
import dev.redoubt.cache.redis.ScriptReply;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** DELETE of one key. The lease to load it goes too: a value that is being loaded is as old as the one that was deleted. */
record Delete(EntryContext context, Precondition precondition) implements Action {

    static final Answer DELETED = Answer.bare(HttpResponseStatus.NO_CONTENT);
    private static final Answer NOTED = Answer.bare(HttpResponseStatus.ACCEPTED);

    @Override
    public void run(Exchange exchange) {
        if (precondition.isNone()) {
            unlink(exchange);
        } else {
            script(exchange);
        }
    }

    private void unlink(Exchange exchange) {
        context.loop()
                .redis()
                .dispatch(new EntryCall<Long>(Commands.unlink(context.key().bytes(), context.leaseKey())) {
                    @Override
                    protected void replied(Long removed) {
                        deleted(exchange);
                    }

                    // To delete later is to delete: Redis is told first of all when it works again.
                    @Override
                    void unavailable(Answer.Fixed why) {
                        PendingDeletes pending = context.loop().pendingDeletes();
                        if (pending.add(context.key().bytes()) && pending.add(context.leaseKey())) {
                            context.near().written(context.key());
                            context.answer(exchange, NOTED, Outcome.BUFFERED);
                        } else {
                            Delete.this.unavailable(exchange, why);
                        }
                    }
                });
    }

    private void script(Exchange exchange) {
        context.loop()
                .redis()
                .dispatch(
                        new EntryCall<ScriptReply>(Commands.script(
                                EntryScripts.DELETE,
                                List.of(context.key().bytes(), context.leaseKey()),
                                List.of(
                                        precondition.script(),
                                        Long.toString(context.scriptNow()).getBytes(StandardCharsets.US_ASCII),
                                        context.region().tagPrefix()))) {
                            @Override
                            protected void replied(ScriptReply reply) {
                                if (reply.number(0) < 0) {
                                    context.answer(exchange, Store.PRECONDITION_FAILED, Outcome.REFUSED);
                                } else {
                                    deleted(exchange);
                                }
                            }

                            @Override
                            void unavailable(Answer.Fixed why) {
                                Delete.this.unavailable(exchange, why);
                            }
                        });
    }

    private void deleted(Exchange exchange) {
        PendingDeletes pending = context.loop().pendingDeletes();
        pending.remove(context.key().bytes());
        pending.remove(context.leaseKey());
        context.near().written(context.key());
        context.answer(exchange, DELETED, Outcome.DELETED);
    }

    private void unavailable(Exchange exchange, Answer.Fixed why) {
        context.near().written(context.key());
        context.answer(exchange, why, Outcome.UNAVAILABLE);
    }

    @Override
    public void refused(long nanos) {
        context.refused(nanos);
    }
}
