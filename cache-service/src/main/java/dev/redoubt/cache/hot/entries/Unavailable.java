package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.redis.CallFailure;
import java.util.EnumMap;
import java.util.Map;

/** The answers when Redis could not be asked. */
final class Unavailable {

    private static final Map<CallFailure, Answer.Fixed> ANSWERS = new EnumMap<>(Map.of(
            CallFailure.LINK_DOWN, answer("The link to Redis is down; GET /v1/status says why."),
            CallFailure.QUEUE_FULL, answer("Too many commands are on their way to Redis."),
            CallFailure.TIMEOUT, answer("Redis did not answer in time; a write may still be carried out."),
            CallFailure.CONNECTION_LOST, answer("The connection to Redis broke; a write may have been carried out.")));

    private Unavailable() {}

    static Answer.Fixed because(CallFailure why) {
        return ANSWERS.getOrDefault(why, answer("Redis cannot be asked."));
    }

    /** Only the word that Redis's errors begin with: what follows may tell about keys and users. */
    static Answer.Fixed refused(String error) {
        String word = error.split(" ", 2)[0];
        return switch (word) {
            case "OOM" -> Answer.refusal(ProblemType.CACHE_FULL, "Redis has no memory left and may not evict (OOM).");
            case "READONLY", "MISCONF", "NOREPLICAS" ->
                Answer.refusal(
                        ProblemType.WRITES_REFUSED, "Redis takes no writes (" + word + "); it can be read from.");
            default -> answer("Redis refused the command: " + word + ".");
        };
    }

    private static Answer.Fixed answer(String detail) {
        return Answer.refusal(ProblemType.CACHE_UNAVAILABLE, detail)
                .with(Found.CACHE_STATUS, "redoubt; fwd=bypass; detail=redis-down");
    }
}
