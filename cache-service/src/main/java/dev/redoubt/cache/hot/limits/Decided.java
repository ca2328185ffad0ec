package dev.redoubt.cache.hot.limits;

import dev.redoubt.cache.limit.Verdict;

/** Who waits for a decision. Exactly one of the two is called, on the event loop. */
interface Decided {

    /** Somebody has decided. */
    void verdict(Verdict verdict);

    /**
     * Nobody can.
     *
     * @param why one sentence that may be shown to a client
     */
    void unavailable(String why);
}
