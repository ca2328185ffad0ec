package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Action;
import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.metrics.Outcome;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.redis.Commands;
import dev.redoubt.cache.redis.ScriptReply;
import dev.redoubt.cache.region.ETag;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * POST {key}:incr.
 *
 * @param envelope of the counter if it has to be made
 * @param keepMillis how long Redis keeps it then; one that is there keeps its time
 * @param version of the counter after this
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
record Increment(EntryContext context, long delta, byte[] envelope, long keepMillis, long version) implements Action {

    /** Up to here a double, which is what a script counts with, is exact. */
    static final long MOST = (1L << 53) - 1;

    private static final Answer.Fixed NO_NUMBER = Answer.refusal(
            ProblemType.NOT_A_COUNTER,
            "The value is not a whole number of at most 16 digits; delete it to start at 0.");
    private static final Answer.Fixed OUT_OF_RANGE = Answer.refusal(
            ProblemType.NOT_A_COUNTER, "The sum would be beyond " + MOST + ", where counting is not exact any more.");

    @Override
    public void run(Exchange exchange) {
        context.loop()
                .redis()
                .dispatch(
                        new EntryCall<ScriptReply>(Commands.script(
                                EntryScripts.INCREMENT,
                                List.of(context.key().bytes()),
                                List.of(
                                        envelope,
                                        ascii(keepMillis),
                                        ascii(delta),
                                        ascii(context.scriptNow()),
                                        context.region().tagPrefix(),
                                        ByteBuffer.allocate(Long.BYTES)
                                                .putLong(version)
                                                .array()))) {
                            @Override
                            protected void replied(ScriptReply reply) {
                                context.near().written(context.key());
                                switch ((int) reply.number(0)) {
                                    case -1 -> context.answer(exchange, NO_NUMBER, Outcome.REFUSED);
                                    case -2 -> context.answer(exchange, OUT_OF_RANGE, Outcome.REFUSED);
                                    default -> {
                                        byte[] sum =
                                                Objects.requireNonNull(reply.bytes(1), "the script returns the sum");
                                        context.meters().written(sum.length);
                                        Answer.Fixed answer = Answer.json(HttpResponseStatus.OK, sum)
                                                .with(HttpHeaderNames.ETAG, ETag.of(version));
                                        context.answer(
                                                exchange,
                                                answer,
                                                reply.number(0) == 1 ? Outcome.CREATED : Outcome.CHANGED);
                                    }
                                }
                            }

                            @Override
                            void unavailable(Answer.Fixed why) {
                                context.near().written(context.key());
                                context.answer(exchange, why, Outcome.UNAVAILABLE);
                            }
                        });
    }

    private static byte[] ascii(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void refused(long nanos) {
        context.refused(nanos);
    }
}
