package dev.redoubt.cache.hot;

import dev.redoubt.cache.problem.Problem;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.region.StoredValue;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.ReadOnlyHttpHeaders;
import io.netty.util.AsciiString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a request is answered with. It becomes a response only when its turn comes: until then it holds no buffer. */
sealed interface Answer {

    /** Our own header values need no second look. */
    HttpHeadersFactory UNCHECKED = DefaultHttpHeadersFactory.headersFactory().withValidation(false);

    Answer MISS = refusal(ProblemType.CACHE_MISS, "No value is stored under this key, or it has expired.");
    Answer DELETED = new Fixed(HttpResponseStatus.NO_CONTENT, new CharSequence[0], new byte[0], null);
    Answer REPLACED = new Fixed(HttpResponseStatus.NO_CONTENT, new CharSequence[0], new byte[0], null);
    Answer CREATED = new Fixed(
            HttpResponseStatus.CREATED,
            new CharSequence[] {HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO},
            new byte[0],
            null);

    /** A value from the cache. */
    record Hit(StoredValue value, long now) implements Answer {
        private static final AsciiString OCTETS = AsciiString.cached("application/octet-stream");

        @Override
        public FullHttpResponse response(AsciiString date, @Nullable AsciiString connection) {
            String type = value.contentType();
            CharSequence[] headers = {
                HttpHeaderNames.CONTENT_TYPE,
                type.isEmpty() ? OCTETS : type,
                HttpHeaderNames.CONTENT_LENGTH,
                Integer.toString(value.body().length),
                HttpHeaderNames.CACHE_CONTROL,
                "private, max-age=" + value.left(now),
                HttpHeaderNames.AGE,
                Long.toString(value.age(now)),
                HttpHeaderNames.DATE,
                date
            };
            return full(HttpResponseStatus.OK, headers, connection, value.body());
        }
    }

    /** An answer whose head and body are made once. */
    @SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
    record Fixed(
            HttpResponseStatus status,
            CharSequence[] headers,
            byte[] body,
            @Nullable ProblemType problem) implements Answer {
        @Override
        public FullHttpResponse response(AsciiString date, @Nullable AsciiString connection) {
            CharSequence[] dated = Arrays.copyOf(headers, headers.length + 2);
            dated[headers.length] = HttpHeaderNames.DATE;
            dated[headers.length + 1] = date;
            return full(status, dated, connection, body);
        }
    }

    /**
     * The response to write.
     *
     * @param date the value of the Date header
     * @param connection the value of the Connection header; null = none
     */
    FullHttpResponse response(AsciiString date, @Nullable AsciiString connection);

    /** A problem document, with the headers that its status asks for. */
    static Fixed refusal(ProblemType type, String detail) {
        return refusal(new Problem(type, detail));
    }

    /** The same. */
    static Fixed refusal(Problem problem) {
        byte[] body = problem.toJson();
        CharSequence[] head = {
            HttpHeaderNames.CONTENT_TYPE, AsciiString.cached(Problem.MEDIA_TYPE),
            HttpHeaderNames.CONTENT_LENGTH, AsciiString.cached(Integer.toString(body.length)),
            HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE
        };
        return new Fixed(
                HttpResponseStatus.valueOf(problem.type().status()),
                with(head, extra(problem.type())),
                body,
                problem.type());
    }

    private static CharSequence[] extra(ProblemType type) {
        return switch (type) {
            case UNAUTHORIZED ->
                new CharSequence[] {HttpHeaderNames.WWW_AUTHENTICATE, AsciiString.cached("Bearer realm=\"redoubt\"")};
            case CACHE_UNAVAILABLE -> new CharSequence[] {HttpHeaderNames.RETRY_AFTER, AsciiString.cached("1")};
            case METHOD_NOT_ALLOWED ->
                new CharSequence[] {HttpHeaderNames.ALLOW, AsciiString.cached("GET, HEAD, PUT, DELETE")};
            default -> new CharSequence[0];
        };
    }

    private static CharSequence[] with(CharSequence[] head, CharSequence[] more) {
        CharSequence[] all = Arrays.copyOf(head, head.length + more.length);
        System.arraycopy(more, 0, all, head.length, more.length);
        return all;
    }

    private static FullHttpResponse full(
            HttpResponseStatus status, CharSequence[] headers, @Nullable AsciiString connection, byte[] body) {
        CharSequence[] all = connection == null
                ? headers
                : with(headers, new CharSequence[] {HttpHeaderNames.CONNECTION, connection});
        return new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                status,
                body.length == 0 ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body),
                status.code() == 204 ? mutable(all) : new ReadOnlyHttpHeaders(false, all),
                EmptyHttpHeaders.INSTANCE);
    }

    /** For 204 the encoder wants to take headers away, and calls remove even when there are none. */
    private static HttpHeaders mutable(CharSequence[] pairs) {
        HttpHeaders headers = UNCHECKED.newHeaders();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.add(pairs[i], pairs[i + 1]);
        }
        return headers;
    }
}
