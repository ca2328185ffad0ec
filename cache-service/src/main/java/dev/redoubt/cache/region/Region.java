package dev.redoubt.cache.region;

import dev.redoubt.cache.config.ServiceConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/**
 * A named cache and its policy.
 *
 * @param index its place in the configuration: grants and meters are arrays over it
 * @param name a DNS label
 * @param ttl how long a value lives when its writer says nothing
 * @param maxTtl how long it lives at most
 * @param staleFor for how long after that, and while Redis cannot be asked, it may still be served as stale
 * @param maxBytes how large a value may be
 * @param jitterPercent by how much the TTL of a value may be shortened at random, so that values stored together do not expire together
 * @param keyPrefix what the Redis key of each value in this region starts with; not to be changed
 * @param leasePrefix the same of the leases
 * @param tagPrefix the same of the tags
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
public record Region(
        int index,
        String name,
        Duration ttl,
        Duration maxTtl,
        Duration staleFor,
        int maxBytes,
        int jitterPercent,
        byte[] keyPrefix,
        byte[] leasePrefix,
        byte[] tagPrefix) {

    /**
     * The region that the configuration means.
     *
     * @param body the size of values when the region says nothing
     */
    static Region of(int index, ServiceConfig.Region configured, int body) {
        String name = configured.name();
        return new Region(
                index,
                name,
                configured.ttl(),
                configured.effectiveMaxTtl(),
                configured.staleFor(),
                configured.maxBytes() == null ? body : configured.maxBytes().bytes(),
                configured.jitterPercent(),
                prefix('c', name),
                prefix('l', name),
                prefix('t', name));
    }

    /** The key in Redis of the value under this key. */
    public byte[] valueKey(byte[] key) {
        return join(keyPrefix, key);
    }

    /** The key in Redis of the lease to load that value. */
    public byte[] leaseKey(byte[] key) {
        return join(leasePrefix, key);
    }

    /** The key in Redis of the token of that tag. */
    public byte[] tagKey(String tag) {
        return join(tagPrefix, tag.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] prefix(char kind, String name) {
        return ("redoubt:" + kind + ":" + name + ":").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[] prefix, byte[] key) {
        byte[] whole = Arrays.copyOf(prefix, prefix.length + key.length);
        System.arraycopy(key, 0, whole, prefix.length, key.length);
        return whole;
    }
}
