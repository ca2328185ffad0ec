package dev.redoubt.cache.access;

/** What a look at a token came to. */
public sealed interface TokenVerdict {

    /**
     * The cluster made it for this ServiceAccount and this service.
     *
     * @param expiresAt milliseconds since 1970, the leeway included: from then on it proves nothing
     */
    record Proven(ServiceAccount account, long expiresAt) implements TokenVerdict {}

    /** It proves nothing. */
    record Refused(Denial why) implements TokenVerdict {}

    /** So many unknown tokens came that this one was not looked at: the same one may be proven a second later. */
    record Busy() implements TokenVerdict {
        static final Busy INSTANCE = new Busy();
    }
}
