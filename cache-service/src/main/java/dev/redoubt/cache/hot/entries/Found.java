package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.RequestIds;
import dev.redoubt.cache.near.Copy;
import dev.redoubt.cache.region.ETag;
import dev.redoubt.cache.region.Region;
import dev.redoubt.cache.region.StoredValue;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.ReadOnlyHttpHeaders;
import io.netty.util.AsciiString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A value as an answer: 200, or 304 when the client has it.
 *
 * @param copy the near copy that it came from, which keeps the head of the answer for the next one; null = it came from Redis
 * @param detail what Cache-Status says about where it came from
 * @param now milliseconds since 1970
 * @param notModified only the head is wanted
 */
record Found(StoredValue value, @Nullable Copy copy, Region region, String detail, long now, boolean notModified)
        implements Answer {

    static final AsciiString CACHE_STATUS = AsciiString.cached("cache-status");

    private static final AsciiString OCTETS = AsciiString.cached("application/octet-stream");

    @Override
    public FullHttpResponse response(AsciiString date, @Nullable AsciiString connection, @Nullable String requestId) {
        if (notModified) {
            return Answer.respond(HttpResponseStatus.NOT_MODIFIED, common(date), connection, requestId, new byte[0]);
        }
        byte[] body = value.body();
        return new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.OK,
                body.length == 0 ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body),
                head(date, connection, requestId),
                EmptyHttpHeaders.INSTANCE);
    }

    /** The date changes a few times per second, and with it everything in the head that changes at all. */
    @SuppressWarnings("ReferenceEquality") // it is the very same object until the loop makes the next
    private HttpHeaders head(AsciiString date, @Nullable AsciiString connection, @Nullable String requestId) {
        if (copy == null || connection != null || requestId != null) {
            return make(date, connection, requestId);
        }
        HttpHeaders head = copy.head;
        if (head == null || copy.headDate != date) {
            head = make(date, null, null);
            copy.head = head;
            copy.headDate = date;
        }
        return head;
    }

    private HttpHeaders make(AsciiString date, @Nullable AsciiString connection, @Nullable String requestId) {
        CharSequence[] common = common(date);
        CharSequence[] all =
                Arrays.copyOf(common, common.length + 4 + (connection == null ? 0 : 2) + (requestId == null ? 0 : 2));
        String type = value.contentType();
        int at = common.length;
        all[at++] = HttpHeaderNames.CONTENT_TYPE;
        all[at++] = type.isEmpty() ? OCTETS : new AsciiString(type);
        all[at++] = HttpHeaderNames.CONTENT_LENGTH;
        all[at++] = new AsciiString(Integer.toString(value.body().length));
        if (connection != null) {
            all[at++] = HttpHeaderNames.CONNECTION;
            all[at++] = connection;
        }
        if (requestId != null) {
            all[at++] = RequestIds.HEADER;
            all[at++] = requestId;
        }
        return new ReadOnlyHttpHeaders(false, all);
    }

    private CharSequence[] common(AsciiString date) {
        long left = value.isFresh(now) ? value.left(now) : 0;
        long grace = region.staleFor().toSeconds();
        return new CharSequence[] {
            HttpHeaderNames.ETAG,
            new AsciiString(ETag.of(value.version())),
            HttpHeaderNames.CACHE_CONTROL,
            new AsciiString("private, max-age=" + left + (grace == 0 ? "" : ", stale-if-error=" + grace)),
            HttpHeaderNames.AGE,
            new AsciiString(Long.toString(value.age(now))),
            CACHE_STATUS,
            new AsciiString("redoubt; hit; ttl="
                    + Math.floorDiv(value.createdAt() + value.ttl() - now, 1000)
                    + "; detail=" + detail),
            HttpHeaderNames.DATE,
            date
        };
    }
}
