package dev.redoubt.cache.hot;

import dev.redoubt.cache.access.Client;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the access log needs of a request, kept as it is until it is known whether a line will be written: that is seldom.
 *
 * @param client who asked; null = nobody who is known
 */
record Asked(HttpMethod method, String uri, @Nullable Client client) {

    private static final Set<HttpMethod> METHODS = Set.of(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.PUT,
            HttpMethod.DELETE,
            HttpMethod.POST,
            HttpMethod.PATCH,
            HttpMethod.OPTIONS,
            HttpMethod.TRACE,
            HttpMethod.CONNECT);

    static Asked of(HttpRequest request, @Nullable Client client) {
        return new Asked(request.method(), request.uri(), client);
    }

    /** Empty when HTTP defines no such method: then it is any text. */
    String methodName() {
        return METHODS.contains(method) ? method.name() : "";
    }

    String clientName() {
        return client == null ? "" : client.name();
    }
}
