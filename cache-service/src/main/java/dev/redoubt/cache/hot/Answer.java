package dev.redoubt.cache.hot;

import dev.redoubt.cache.problem.Problem;
import dev.redoubt.cache.problem.ProblemType;
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

/**
 * What a request is answered with. It becomes a response only when its turn comes: until then it holds no buffer. A family brings its
 * own where {@link Fixed} does not do.
 */
public interface Answer {

    /** An answer whose head and body are made once. */
    @SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
    record Fixed(
            HttpResponseStatus status,
            CharSequence[] headers,
            byte[] body,
            @Nullable ProblemType problem) implements Answer {

        /** The same with one header field more. */
        public Fixed with(CharSequence name, CharSequence value) {
            return new Fixed(status, Answer.with(headers, new CharSequence[] {name, value}), body, problem);
        }

        @Override
        public FullHttpResponse response(
                AsciiString date, @Nullable AsciiString connection, @Nullable String requestId) {
            CharSequence[] dated = Arrays.copyOf(headers, headers.length + 2);
            dated[headers.length] = HttpHeaderNames.DATE;
            dated[headers.length + 1] = date;
            byte[] document = body;
            if (problem != null && requestId != null) {
                document = Problem.naming(requestId, body);
                for (int i = 0; i < headers.length; i += 2) {
                    if (HttpHeaderNames.CONTENT_LENGTH.contentEquals(dated[i])) {
                        dated[i + 1] = Integer.toString(document.length);
                    }
                }
            }
            return Answer.respond(status, dated, connection, requestId, document);
        }
    }

    /**
     * The response to write.
     *
     * @param date the value of the Date header
     * @param connection the value of the Connection header; null = none
     * @param requestId the name of the request, for its header and for the document of a problem; null = it has none
     */
    FullHttpResponse response(AsciiString date, @Nullable AsciiString connection, @Nullable String requestId);

    /** What kind of refusal it is; null = none. */
    default @Nullable ProblemType problem() {
        return null;
    }

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
            case CACHE_UNAVAILABLE, AUTHENTICATION_BUSY, WRITES_REFUSED, CACHE_FULL, TEMPORARY_REDUCED_CAPACITY ->
                new CharSequence[] {HttpHeaderNames.RETRY_AFTER, AsciiString.cached("1")};
            default -> new CharSequence[0];
        };
    }

    private static CharSequence[] with(CharSequence[] head, CharSequence[] more) {
        CharSequence[] all = Arrays.copyOf(head, head.length + more.length);
        System.arraycopy(more, 0, all, head.length, more.length);
        return all;
    }

    /**
     * A response.
     *
     * @param headers name, value, name, value; they are not looked at again
     */
    static FullHttpResponse respond(
            HttpResponseStatus status,
            CharSequence[] headers,
            @Nullable AsciiString connection,
            @Nullable String requestId,
            byte[] body) {
        CharSequence[] kept = connection == null
                ? headers
                : with(headers, new CharSequence[] {HttpHeaderNames.CONNECTION, connection});
        CharSequence[] all = requestId == null ? kept : with(kept, new CharSequence[] {RequestIds.HEADER, requestId});
        return new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                status,
                body.length == 0 ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body),
                status.code() == 204 ? mutable(all) : new ReadOnlyHttpHeaders(false, all),
                EmptyHttpHeaders.INSTANCE);
    }

    /** The method does not apply: {@code allow} names those that do. */
    static Fixed methodNotAllowed(String allow, String detail) {
        Fixed refusal = refusal(ProblemType.METHOD_NOT_ALLOWED, detail);
        return refusal.with(HttpHeaderNames.ALLOW, allow);
    }

    /** An answer without a body. */
    static Fixed bare(HttpResponseStatus status) {
        return new Fixed(
                status,
                status.code() == 204
                        ? new CharSequence[0]
                        : new CharSequence[] {HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO},
                new byte[0],
                null);
    }

    /** An answer with a JSON document that is not to be kept. */
    static Fixed json(HttpResponseStatus status, byte[] document) {
        CharSequence[] head = {
            HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON,
            HttpHeaderNames.CONTENT_LENGTH, Integer.toString(document.length),
            HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE
        };
        return new Fixed(status, head, document, null);
    }

    /** For 204 the encoder wants to take headers away, and calls remove even when there are none. */
    private static HttpHeaders mutable(CharSequence[] pairs) {
        HttpHeaders headers = Unchecked.FACTORY.newHeaders();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.add(pairs[i], pairs[i + 1]);
        }
        return headers;
    }

    /** Our own header values need no second look. */
    final class Unchecked {
        private static final HttpHeadersFactory FACTORY =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false);

        private Unchecked() {}
    }
}
