package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.region.StoredValue;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

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
        return Answer.respond(HttpResponseStatus.OK, headers, connection, value.body());
    }
}
