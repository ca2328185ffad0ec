package dev.redoubt.cache.hot;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * A body on its way in, collected behind a head of the family's choice, so that both can go to Redis in one piece.
 *
 * <p>It grows with what has arrived, not with what is announced: an announcement costs the client nothing.
 */
public final class Body {

    private static final int FIRST_CAPACITY = 16 * 1024;
    private static final byte[] NO_HEAD = {};

    private final int limit;
    private final int head;
    private byte[] bytes;
    private int size;

    /**
     * @param head what stands before the body
     * @param announced bytes that the client says will come, -1 when it does not
     * @param limit bytes that may come; more are refused with 413
     */
    public Body(byte[] head, long announced, int limit) {
        this.limit = limit;
        this.head = head.length;
        this.bytes = Arrays.copyOf(head, head.length + Math.clamp(Math.min(announced, limit), 0, FIRST_CAPACITY));
        this.size = head.length;
    }

    /** Without a head. */
    public Body(long announced, int limit) {
        this(NO_HEAD, announced, limit);
    }

    public int limit() {
        return limit;
    }

    /** Bytes of the body that have come. */
    public int length() {
        return size - head;
    }

    /** Takes the bytes over; false when the body would become too large. */
    boolean append(ByteBuf content) {
        int more = content.readableBytes();
        if (size - head + (long) more > limit) {
            return false;
        }
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min((long) head + limit, Math.max(size + more, 2L * bytes.length)));
        }
        content.readBytes(bytes, size, more);
        size += more;
        return true;
    }

    /** Head and body; not to be changed. */
    public byte[] whole() {
        if (size != bytes.length) {
            bytes = Arrays.copyOf(bytes, size);
        }
        return bytes;
    }
}
