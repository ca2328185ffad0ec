package dev.redoubt.cache.status;

import dev.redoubt.cache.problem.Problem;
import dev.redoubt.cache.problem.ProblemType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/** Makes a problem document of whatever goes wrong in WebFlux, so that refusals look alike wherever they come from. */
public final class ProblemErrors implements WebExceptionHandler, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemErrors.class);

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable thrown) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(thrown);
        }
        HttpHeaders headers = response.getHeaders();
        int status = 500;
        if (thrown instanceof ErrorResponse known) {
            status = known.getStatusCode().value();
            headers.addAll(known.getHeaders());
        }
        Problem problem = problem(status);
        if (problem.type() == ProblemType.INTERNAL_ERROR) {
            LOG.error(
                    "Request {} failed because of a fault of the service",
                    exchange.getRequest().getHeaders().getFirst(Problem.REQUEST_ID_HEADER),
                    thrown);
        }
        String requestId = exchange.getRequest().getHeaders().getFirst(Problem.REQUEST_ID_HEADER);
        byte[] document = requestId == null ? problem.toJson() : Problem.naming(requestId, problem.toJson());
        response.setStatusCode(HttpStatusCode.valueOf(problem.type().status()));
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        headers.setCacheControl("no-store");
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(document)));
    }

    private static Problem problem(int status) {
        return switch (status) {
            case 404 -> new Problem(ProblemType.NOT_FOUND, "A cache entry is /v1/cache/{region}/{key}.");
            case 405 -> new Problem(ProblemType.METHOD_NOT_ALLOWED, "The header Allow names the methods of this path.");
            default ->
                status < 500
                        ? new Problem(ProblemType.REQUEST_MALFORMED, "The request cannot be understood.")
                        : new Problem(ProblemType.INTERNAL_ERROR, "The log of the service has the cause.");
        };
    }

    /** Before the handler that Spring Boot brings. */
    @Override
    public int getOrder() {
        return -2;
    }
}
