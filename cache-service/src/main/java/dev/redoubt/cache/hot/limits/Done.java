package dev.redoubt.cache.hot.limits;

/** Who waits for something to be done. Exactly one of the two is called, on the event loop. */
interface Done {

    /** It is done. */
    void done();

    /**
     * It may or may not have been done.
     *
     * @param why one sentence that may be shown to a client
     */
    void unavailable(String why);
}
