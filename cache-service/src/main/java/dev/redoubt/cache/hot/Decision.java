package dev.redoubt.cache.hot;

/** What is to be done with a request, decided from its head alone. */
public sealed interface Decision permits Decision.Forward, Decision.Refuse, Action {

    /** To be answered by WebFlux: a probe, or a request of a known client. */
    Forward FORWARD = new Forward();

    /** See {@link #FORWARD}. */
    record Forward() implements Decision {}

    /**
     * Refused.
     *
     * @param close whether the connection cannot be used any further
     */
    record Refuse(Answer.Fixed answer, boolean close) implements Decision {}

    /** Refused, and the connection goes on. */
    static Decision refuse(Answer.Fixed answer) {
        return new Refuse(answer, false);
    }
}
