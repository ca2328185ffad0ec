package dev.redoubt.cache.limit;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/**
 * A policy: every client of it has a token bucket of {@code capacity}, which refills evenly, {@code capacity} tokens in {@code period}.
 *
 * <p>Levels are counted in whole units, so that nothing is ever rounded: a millisecond brings {@link #rate} units, a token is worth
 * {@link #unit} of them, a full bucket is {@link #full}. With 100 per 60 s a millisecond brings 1 unit and a token is worth 600. All
 * of it stays below 2^53, within which the numbers of Redis's Lua are exact.
 *
 * @param index its place in the configuration: grants and meters are arrays over it
 * @param name a DNS label
 * @param capacity tokens of a full bucket, 1 to 1,000,000
 * @param period how long an empty bucket takes to be full, 1 ms to 31 days
 * @param whenUnavailable what happens while Redis cannot be asked
 * @param rate units per millisecond
 * @param unit units of one token
 * @param policyField the value of the RateLimit-Policy header field
 * @param quotedName the name as it stands in structured header fields and in JSON
 * @param keyPrefix what the Redis key of each bucket starts with. It names capacity and period: after a change of the policy its
 *     buckets are others, because the old levels mean something else; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
public record RateLimit(
        int index,
        String name,
        long capacity,
        Duration period,
        WhenUnavailable whenUnavailable,
        long rate,
        long unit,
        String quotedName,
        String policyField,
        byte[] keyPrefix) {

    /** What a limit does while Redis cannot be asked. The constants are spelled as in the configuration. */
    public enum WhenUnavailable {
        /** Every replica limits by itself, to its share of the whole. */
        Local,
        /** Everything is allowed. */
        Open,
        /** Nothing is allowed: 503. */
        Closed
    }

    /** The policy with its units. */
    public static RateLimit of(
            int index, String name, long capacity, Duration period, WhenUnavailable whenUnavailable) {
        long millis = period.toMillis();
        long common =
                BigInteger.valueOf(capacity).gcd(BigInteger.valueOf(millis)).longValueExact();
        String quoted = '"' + name + '"';
        String prefix = "redoubt:l:" + name + ":" + capacity + "/" + millis + ":";
        return new RateLimit(
                index,
                name,
                capacity,
                period,
                whenUnavailable,
                capacity / common,
                millis / common,
                quoted,
                quoted + ";q=" + capacity + ";w=" + Math.ceilDiv(millis, 1000),
                prefix.getBytes(StandardCharsets.UTF_8));
    }

    /** Units of a full bucket. */
    public long full() {
        return capacity * unit;
    }

    /** The key of a client's bucket. */
    public byte[] key(byte[] client) {
        byte[] whole = Arrays.copyOf(keyPrefix, keyPrefix.length + client.length);
        System.arraycopy(client, 0, whole, keyPrefix.length, client.length);
        return whole;
    }

    /**
     * What a level means.
     *
     * @param level units in the bucket after the decision
     * @param cost tokens that were asked for
     */
    public Verdict verdict(boolean allowed, long level, long cost) {
        return new Verdict(
                allowed,
                level / unit,
                Math.ceilDiv(full() - level, rate),
                allowed ? 0 : Math.ceilDiv(cost * unit - level, rate),
                Verdict.Source.redis);
    }
}
