package dev.redoubt.cache.limit;

/**
 * What a bucket says.
 *
 * @param allowed whether the tokens were there; for a peek, whether one token is there
 * @param remaining whole tokens that are left
 * @param resetMillis until the bucket is full again, if nothing more is taken
 * @param retryAfterMillis until the refused tokens will be there; 0 when they were there
 * @param source who decided
 */
public record Verdict(boolean allowed, long remaining, long resetMillis, long retryAfterMillis, Source source) {

    /** What is said when nobody looked: allowed, and nothing is known of a bucket. */
    public static final Verdict OPEN = new Verdict(true, 0, 0, 0, Source.open);

    /** Who decided; the constants are spelled as they are shown. */
    public enum Source {
        /** The bucket that all replicas share. */
        redis,
        /** A bucket of this replica, because Redis is away. */
        local,
        /** Nobody: Redis is away, and the policy allows everything then. */
        open
    }
}
