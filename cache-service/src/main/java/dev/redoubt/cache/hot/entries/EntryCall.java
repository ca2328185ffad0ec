package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.metrics.Outcome;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.redis.CallFailure;
import dev.redoubt.cache.redis.RedisCall;
import dev.redoubt.cache.redis.RedisRequest;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A command on behalf of a request for an entry: what all of them have in common is how they fail. */
abstract class EntryCall<T extends @Nullable Object> extends RedisCall<T> {

    private static final Map<CallFailure, Answer.Fixed> UNAVAILABLE = new EnumMap<>(Map.of(
            CallFailure.LINK_DOWN, unavailable("The link to Redis is down; GET /v1/status says why."),
            CallFailure.QUEUE_FULL, unavailable("Too many commands are on their way to Redis."),
            CallFailure.TIMEOUT, unavailable("Redis did not answer in time; a write may still be carried out."),
            CallFailure.CONNECTION_LOST,
                    unavailable("The connection to Redis broke; a write may have been carried out.")));

    private final EntryContext context;
    private final Exchange exchange;

    EntryCall(EntryContext context, Exchange exchange, RedisRequest<T> request) {
        super(request);
        this.context = context;
        this.exchange = exchange;
    }

    final void answer(Answer answer, Outcome outcome) {
        context.answer(exchange, answer, outcome);
    }

    /** Only the word that Redis's errors begin with: what follows may tell about keys and users. */
    @Override
    protected final void refused(String error) {
        String word = error.split(" ", 2)[0];
        answer(unavailable("Redis refused the command: " + word + "."), Outcome.UNAVAILABLE);
    }

    @Override
    protected final void failed(CallFailure why) {
        answer(UNAVAILABLE.getOrDefault(why, unavailable("Redis cannot be asked.")), Outcome.UNAVAILABLE);
    }

    private static Answer.Fixed unavailable(String detail) {
        return Answer.refusal(ProblemType.CACHE_UNAVAILABLE, detail);
    }
}
