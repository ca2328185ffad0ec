package dev.redoubt.cache.hot;

import dev.redoubt.cache.access.Access;
import dev.redoubt.cache.access.Identity;

/** What is to be done with a request, decided from its head alone. */
public sealed interface Decision permits Decision.Forward, Decision.Refuse, Decision.Prove, Action {

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

    /** Not yet: a token that nobody has looked at has to be looked at first. */
    record Prove(Access access, Identity.Unverified holder) implements Decision {}

    /** Refused, and the connection goes on. */
    static Decision refuse(Answer.Fixed answer) {
        return new Refuse(answer, false);
    }
}
