package dev.redoubt.cache.hot.limits;

import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.limit.RateLimit;
import dev.redoubt.cache.limit.Verdict;
import dev.redoubt.cache.problem.Problem;
import dev.redoubt.cache.problem.ProblemType;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A verdict as an answer: 200 or, for tokens that were not there, 429. The header fields are those of
 * draft-ietf-httpapi-ratelimit-headers-10: {@code RateLimit-Policy: "name";q=capacity;w=seconds} and {@code RateLimit: "name";r=remaining;t=seconds until
 * full}. A 429 is a problem document that has the members of the verdict too.
 *
 * @param peek whether nothing was asked for: then the status is 200 whatever is in the bucket
 */
record LimitAnswer(RateLimit limit, Verdict verdict, boolean peek) implements Answer {

    private static final AsciiString POLICY = AsciiString.cached("ratelimit-policy");
    private static final AsciiString RATE_LIMIT = AsciiString.cached("ratelimit");
    private static final AsciiString PROBLEM = AsciiString.cached(Problem.MEDIA_TYPE);

    private boolean refused() {
        return !verdict.allowed() && !peek;
    }

    @Override
    public @Nullable ProblemType problem() {
        return refused() ? ProblemType.QUOTA_EXCEEDED : null;
    }

    @Override
    public FullHttpResponse response(AsciiString date, @Nullable AsciiString connection, @Nullable String requestId) {
        boolean refused = refused();
        byte[] members = body(refused).getBytes(StandardCharsets.UTF_8);
        byte[] body = refused && requestId != null ? Problem.naming(requestId, members) : members;
        boolean known = verdict.source() != Verdict.Source.open;
        CharSequence[] headers = new CharSequence[10 + (known ? 2 : 0) + (refused ? 2 : 0)];
        headers[0] = HttpHeaderNames.CONTENT_TYPE;
        headers[1] = refused ? PROBLEM : HttpHeaderValues.APPLICATION_JSON;
        headers[2] = HttpHeaderNames.CONTENT_LENGTH;
        headers[3] = Integer.toString(body.length);
        headers[4] = HttpHeaderNames.CACHE_CONTROL;
        headers[5] = HttpHeaderValues.NO_STORE;
        headers[6] = HttpHeaderNames.DATE;
        headers[7] = date;
        headers[8] = POLICY;
        headers[9] = limit.policyField();
        int next = 10;
        if (known) {
            headers[next++] = RATE_LIMIT;
            headers[next++] = limit.quotedName() + ";r=" + verdict.remaining() + ";t="
                    + Math.ceilDiv(verdict.resetMillis(), 1000);
        }
        if (refused) {
            headers[next++] = HttpHeaderNames.RETRY_AFTER;
            headers[next] = Long.toString(Math.ceilDiv(verdict.retryAfterMillis(), 1000));
        }
        return Answer.respond(
                refused ? HttpResponseStatus.TOO_MANY_REQUESTS : HttpResponseStatus.OK,
                headers,
                connection,
                requestId,
                body);
    }

    private String body(boolean refused) {
        StringBuilder json = new StringBuilder(refused ? 448 : 96);
        json.append('{');
        if (refused) {
            ProblemType type = ProblemType.QUOTA_EXCEEDED;
            json.append("\"type\":\"")
                    .append(type.uri())
                    .append("\",\"title\":\"")
                    .append(type.title())
                    .append("\",\"status\":429,\"code\":\"")
                    .append(type.code())
                    .append("\",\"retryable\":true,\"violated-policies\":[")
                    .append(limit.quotedName())
                    .append("],");
        }
        return members(json, verdict).append('}').toString();
    }

    /** The verdict's own members, without braces. */
    static StringBuilder members(StringBuilder json, Verdict verdict) {
        json.append("\"allowed\":").append(verdict.allowed());
        if (verdict.source() != Verdict.Source.open) {
            json.append(",\"remaining\":")
                    .append(verdict.remaining())
                    .append(",\"resetMs\":")
                    .append(verdict.resetMillis())
                    .append(",\"retryAfterMs\":")
                    .append(verdict.retryAfterMillis());
        }
        return json.append(",\"source\":\"").append(verdict.source()).append('"');
    }
}
