package dev.redoubt.cache.hot;

import dev.redoubt.cache.region.StoredValue;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * A value on its way in, collected behind the head of its envelope so that it goes to Redis in one piece.
 *
 * <p>It grows with what has arrived, not with what is announced: an announcement costs the client nothing.
 */
final class PutBody {

    private static final int FIRST_CAPACITY = 16 * 1024;

    private final Decision.Store request;
    private final int limit;
    private final int head;
    private byte[] bytes;
    private int size;

    PutBody(Decision.Store request, long now, int limit) {
        this.request = request;
        this.limit = limit;
        byte[] envelope = StoredValue.head(now, request.ttlMillis(), request.contentType());
        this.head = envelope.length;
        this.bytes = Arrays.copyOf(envelope, head + Math.clamp(request.length(), 0, FIRST_CAPACITY));
        this.size = head;
    }

    Decision.Store request() {
        return request;
    }

    /** Takes the bytes over; false when the value would become too large. */
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

    /** Envelope and value. */
    byte[] whole() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }
}
