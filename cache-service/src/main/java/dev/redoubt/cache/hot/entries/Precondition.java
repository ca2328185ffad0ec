package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.RequestHead;
import dev.redoubt.cache.region.ETag;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * {@code If-Match} or {@code If-None-Match} of a write, as the scripts want it: empty for none, else m or n and then a star, or versions of 8
 * bytes each.
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
record Precondition(byte[] script) {

    static final Precondition NONE = new Precondition(new byte[0]);

    boolean isNone() {
        return script.length == 0;
    }

    /** The precondition of a write; null when its headers make no sense. */
    static @Nullable Precondition of(RequestHead head) {
        String match = head.header(HttpHeaderNames.IF_MATCH);
        String noneMatch = head.header(HttpHeaderNames.IF_NONE_MATCH);
        if (match != null && noneMatch != null) {
            return null;
        }
        return match != null ? parse('m', match, false) : noneMatch != null ? parse('n', noneMatch, true) : NONE;
    }

    private static @Nullable Precondition parse(char kind, String text, boolean weak) {
        if (text.strip().equals("*")) {
            return new Precondition((kind + "*").getBytes(StandardCharsets.US_ASCII));
        }
        long[] versions = ETag.parse(text, weak);
        if (versions == null) {
            return null;
        }
        ByteBuffer out = ByteBuffer.allocate(1 + versions.length * Long.BYTES).put((byte) kind);
        for (long version : versions) {
            out.putLong(version);
        }
        return new Precondition(out.array());
    }
}
