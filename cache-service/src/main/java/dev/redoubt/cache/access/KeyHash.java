package dev.redoubt.cache.access;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * The SHA-256 of an API key.
 *
 * <p>Looking a key up by its hash in a hash map is safe, though it does not take constant time: the keys are 256 random bits, so
 * whoever learns from timing how far a <em>hash</em> agrees with a stored one has learnt nothing about the key behind it, and
 * cannot choose the next guess so that its hash agrees further; that would take a preimage of SHA-256.
 */
public record KeyHash(long a, long b, long c, long d) {

    /** From the 32 bytes of the digest. */
    public static KeyHash of(byte[] sha256) {
        ByteBuffer in = ByteBuffer.wrap(sha256);
        return new KeyHash(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    /**
     * From 64 hex digits.
     *
     * @throws IllegalArgumentException if they are not that
     */
    public static KeyHash ofHex(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        if (bytes.length != 32) {
            throw new IllegalArgumentException("not 64 hex digits");
        }
        return of(bytes);
    }

    /** The hash of a strong key is no secret, but it has no business in a log either. */
    @Override
    public String toString() {
        return "KeyHash[…]";
    }
}
