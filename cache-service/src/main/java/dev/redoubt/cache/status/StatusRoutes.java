package dev.redoubt.cache.status;

import static org.springframework.web.reactive.function.server.RequestPredicates.methods;
import static org.springframework.web.reactive.function.server.RequestPredicates.path;

import dev.redoubt.cache.lifecycle.Readiness;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.MethodNotAllowedException;
import reactor.core.publisher.Mono;

/** {@code /v1/status}, {@code /v1/openapi.json}, {@code /livez} and {@code /readyz} on the port of the API. That a key is needed for the first two is the gate's affair. */
public final class StatusRoutes {

    private static final List<HttpMethod> READ = List.of(HttpMethod.GET, HttpMethod.HEAD);

    private StatusRoutes() {}

    public static RouterFunction<ServerResponse> routes(Supplier<ServiceStatus> status, Readiness readiness) {
        OpenApi openApi = new OpenApi();
        return RouterFunctions.route()
                .route(read("/v1/openapi.json"), _ -> ServerResponse.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(openApi.get()))
                .route(read("/v1/status"), _ -> ServerResponse.ok()
                        .header(HttpHeaders.CACHE_CONTROL, "no-store")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(status.get()))
                .route(read("/livez"), _ -> text(200, "alive\n"))
                .route(read("/readyz"), _ -> readiness.isReady() ? text(200, "ready\n") : text(503, "not ready\n"))
                .route(
                        path("/v1/status")
                                .or(path("/v1/openapi.json"))
                                .or(path("/livez"))
                                .or(path("/readyz")),
                        request -> Mono.error(new MethodNotAllowedException(request.method(), READ)))
                .build();
    }

    private static RequestPredicate read(String path) {
        return methods(READ.toArray(HttpMethod[]::new)).and(path(path));
    }

    private static Mono<ServerResponse> text(int status, String body) {
        return ServerResponse.status(status)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .contentType(MediaType.TEXT_PLAIN)
                .bodyValue(body);
    }
}
