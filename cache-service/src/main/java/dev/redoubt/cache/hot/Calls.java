package dev.redoubt.cache.hot;

import dev.redoubt.cache.metrics.Outcome;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.redis.CallFailure;
import dev.redoubt.cache.redis.Commands;
import dev.redoubt.cache.redis.RedisCall;
import dev.redoubt.cache.region.StoredValue;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The commands behind the cache operations: each turns Redis's reply into the answer of its exchange. */
final class Calls {

    private static final Map<CallFailure, Answer.Fixed> UNAVAILABLE = new EnumMap<>(Map.of(
            CallFailure.LINK_DOWN, unavailable("The link to Redis is down; GET /v1/status says why."),
            CallFailure.QUEUE_FULL, unavailable("Too many commands are on their way to Redis."),
            CallFailure.TIMEOUT, unavailable("Redis did not answer in time; a write may still be carried out."),
            CallFailure.CONNECTION_LOST,
                    unavailable("The connection to Redis broke; a write may have been carried out.")));

    private Calls() {}

    static RedisCall<?> read(Decision.Read request, Exchange exchange, HotLoop loop) {
        return new Call<@Nullable StoredValue>(
                exchange, CommandType.GET, Commands.storedValue(), Commands.key(request.key())) {
            @Override
            protected void replied(@Nullable StoredValue value) {
                if (value == null) {
                    exchange.answer(Answer.MISS, Outcome.MISS);
                } else {
                    exchange.answer(new Answer.Hit(value, loop.now()), Outcome.HIT);
                }
            }
        };
    }

    static RedisCall<?> store(PutBody body, Exchange exchange) {
        Decision.Store request = body.request();
        return new Call<Boolean>(
                exchange,
                CommandType.SET,
                Commands.existedBefore(),
                Commands.set(request.key(), body.whole(), request.ttlMillis())) {
            @Override
            protected void replied(Boolean existed) {
                if (existed) {
                    exchange.answer(Answer.REPLACED, Outcome.REPLACED);
                } else {
                    exchange.answer(Answer.CREATED, Outcome.CREATED);
                }
            }
        };
    }

    static RedisCall<?> delete(Decision.Delete request, Exchange exchange) {
        return new Call<Long>(exchange, CommandType.UNLINK, Commands.count(), Commands.key(request.key())) {
            @Override
            protected void replied(Long removed) {
                exchange.answer(Answer.DELETED, Outcome.DELETED);
            }
        };
    }

    private static Answer.Fixed unavailable(String detail) {
        return Answer.refusal(ProblemType.CACHE_UNAVAILABLE, detail);
    }

    /** What all of them have in common: how they fail. */
    private abstract static class Call<T extends @Nullable Object> extends RedisCall<T> {
        final Exchange exchange;

        Call(
                Exchange exchange,
                CommandType type,
                CommandOutput<byte[], byte[], T> output,
                CommandArgs<byte[], byte[]> args) {
            super(type, output, args);
            this.exchange = exchange;
        }

        /** Only the word that Redis's errors begin with: what follows may tell about keys and users. */
        @Override
        protected final void refused(String error) {
            String word = error.split(" ", 2)[0];
            exchange.answer(unavailable("Redis refused the command: " + word + "."), Outcome.UNAVAILABLE);
        }

        @Override
        protected final void failed(CallFailure why) {
            exchange.answer(UNAVAILABLE.getOrDefault(why, unavailable("Redis cannot be asked.")), Outcome.UNAVAILABLE);
        }
    }
}
