package dev.redoubt.cache.region;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A value as it lies in Redis: one string per key, so that one SET writes value, content type, times and expiry, or none of it.
 *
 * <pre>
 *   offset  bytes  what
 *        0      1  version of this layout, 1
 *        1      8  when it was written, milliseconds since 1970, big-endian
 *        9      8  its TTL in milliseconds, big-endian
 *       17      1  length n of the content type, 0 to 255
 *       18      n  content type, ISO 8859-1
 *   18 + n      …  the body, as it was sent
 * </pre>
 *
 * <p>Redis decides when a value is gone; the times are only what a client is told. They come from the clock of the replica that
 * wrote the value, so {@link #age} and {@link #left} are held within the TTL whatever the reader's clock says.
 *
 * @param createdAt milliseconds since 1970
 * @param ttl milliseconds
 * @param contentType empty when the writer gave none
 * @param body the bytes; not copied, to be treated as immutable
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
public record StoredValue(long createdAt, long ttl, String contentType, byte[] body) {

    /** The longest content type that the layout can hold. */
    public static final int MAX_CONTENT_TYPE = 255;

    private static final byte VERSION = 1;
    private static final int FIXED = 18;

    /** The head of the layout for a body that the caller appends. */
    public static byte[] head(long createdAt, long ttl, String contentType) {
        byte[] type = contentType.getBytes(StandardCharsets.ISO_8859_1);
        if (type.length > MAX_CONTENT_TYPE) {
            throw new IllegalArgumentException("content type of " + type.length + " bytes");
        }
        return ByteBuffer.allocate(FIXED + type.length)
                .put(VERSION)
                .putLong(createdAt)
                .putLong(ttl)
                .put((byte) type.length)
                .put(type)
                .array();
    }

    /** Reads the layout; null when these bytes are not it, as after a downgrade: then there is no value for this reader. */
    public static @Nullable StoredValue read(ByteBuffer stored) {
        ByteBuffer in = stored.duplicate();
        try {
            if (in.get() != VERSION) {
                return null;
            }
            long createdAt = in.getLong();
            long ttl = in.getLong();
            byte[] type = new byte[in.get() & 0xff];
            in.get(type);
            byte[] body = new byte[in.remaining()];
            in.get(body);
            return new StoredValue(createdAt, ttl, new String(type, StandardCharsets.ISO_8859_1), body);
        } catch (BufferUnderflowException e) {
            return null;
        }
    }

    /** Whole seconds since it was written, as the Age header wants them: 0 to the TTL. */
    public long age(long now) {
        return Math.clamp(now - createdAt, 0, ttl) / 1000;
    }

    /** Whole seconds that it may still be kept, as max-age wants them: rounded down, 0 to the TTL. */
    public long left(long now) {
        return Math.clamp(createdAt + ttl - now, 0, ttl) / 1000;
    }

    /** The TTL as Redis gets it, in milliseconds. */
    public static long millis(Duration ttl) {
        return Math.max(1, ttl.toMillis());
    }
}
