package dev.redoubt.cache.region;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value as it lies in Redis: one string per key, so that one SET writes value, content type, times and expiry, or none of it.
 *
 * <pre>
 *   offset  bytes  what
 *        0      1  version of this layout, 2
 *        1      8  version of the value: another one with every write
 *        9      8  when it was written, milliseconds since 1970, big-endian
 *       17      8  how long it is fresh in milliseconds, big-endian
 *       25      1  length n of the content type, 0 to 255
 *       26      n  content type, ISO 8859-1
 *   26 + n      1  number of tags
 *        …      …  each tag: 1 byte length, its name, 8 bytes token
 *        …      …  the body, as it was sent
 * </pre>
 *
 * <p>The scripts beside this class read and write it too.
 *
 * <p>Redis decides when a value is gone. When it stops being fresh is the same moment, unless its region keeps values for longer than that
 * ({@code staleFor}); then the times count. They come from the clock of the replica that wrote the value, so {@link #age} and {@link #left} are
 * held within the TTL whatever the reader's clock says.
 *
 * @param version the bytes behind its ETag
 * @param createdAt milliseconds since 1970
 * @param ttl milliseconds
 * @param contentType empty when the writer gave none
 * @param tags what it can be deleted by
 * @param body the bytes; not copied, to be treated as immutable
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
public record StoredValue(long version, long createdAt, long ttl, String contentType, List<Tag> tags, byte[] body) {

    /** The longest content type that the layout can hold. */
    public static final int MAX_CONTENT_TYPE = 255;

    private static final byte LAYOUT = 2;
    private static final int FIXED = 26;

    /**
     * A name that values can be deleted by, and the token that lay under it when the value was written. Values whose token is not there any
     * more are gone.
     */
    public record Tag(String name, long token) {}

    /** The head of the layout, without tags, for a body that the caller appends. Its last byte is the number of tags. */
    public static byte[] head(long version, long createdAt, long ttl, String contentType) {
        byte[] type = contentType.getBytes(StandardCharsets.ISO_8859_1);
        if (type.length > MAX_CONTENT_TYPE) {
            throw new IllegalArgumentException("content type of " + type.length + " bytes");
        }
        return ByteBuffer.allocate(FIXED + type.length + 1)
                .put(LAYOUT)
                .putLong(version)
                .putLong(createdAt)
                .putLong(ttl)
                .put((byte) type.length)
                .put(type)
                .put((byte) 0)
                .array();
    }

    /** Reads the layout; null when these bytes are not it, as after a downgrade: then there is no value for this reader. */
    public static @Nullable StoredValue read(ByteBuffer stored) {
        ByteBuffer in = stored.duplicate();
        try {
            if (in.get() != LAYOUT) {
                return null;
            }
            long version = in.getLong();
            long createdAt = in.getLong();
            long ttl = in.getLong();
            String contentType = text(in);
            List<Tag> tags = tags(in);
            byte[] body = new byte[in.remaining()];
            in.get(body);
            return new StoredValue(version, createdAt, ttl, contentType, tags, body);
        } catch (BufferUnderflowException e) {
            return null;
        }
    }

    private static List<Tag> tags(ByteBuffer in) {
        int count = in.get() & 0xff;
        if (count == 0) {
            return List.of();
        }
        List<Tag> tags = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            tags.add(new Tag(text(in), in.getLong()));
        }
        return List.copyOf(tags);
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[in.get() & 0xff];
        in.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Whether it is within its TTL. */
    public boolean isFresh(long now) {
        return now - createdAt < ttl;
    }

    /** Whole seconds since it was written, as the Age header wants them: 0 to the TTL while it is fresh. */
    public long age(long now) {
        return Math.max(0, now - createdAt) / 1000;
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
