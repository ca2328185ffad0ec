package dev.redoubt.cache.hot;

import dev.redoubt.cache.access.Client;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import org.jspecify.annotations.Nullable;

/**
 * The head of a well-formed request of a known client. Nothing in it is decoded or copied before somebody asks.
 *
 * @param path from the first slash to the query, still percent-encoded
 * @param query after the question mark, still percent-encoded; empty when there is none
 * @param policies the configuration that this request lives under, from its beginning to its end
 */
public record RequestHead(HttpRequest request, String path, String query, Client client, Policies policies) {

    public String method() {
        return request.method().name();
    }

    /** The first field of that name, or null. Cheapest with a constant of {@code HttpHeaderNames}, or {@code AsciiString.cached}. */
    public @Nullable String header(CharSequence name) {
        return request.headers().get(name);
    }

    public boolean has(CharSequence header) {
        return request.headers().contains(header);
    }

    /** What the client announces, -1 when it does not. */
    public long contentLength() {
        return HttpUtil.getContentLength(request, -1L);
    }
}
