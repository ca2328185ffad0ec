package dev.redoubt.cache.management;

import dev.redoubt.cache.lifecycle.Readiness;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/**
 * {@code /livez}, {@code /readyz}, {@code /configuration} and {@code /metrics} over plain HTTP on a port and an event loop of its own: a scrape never stands in
 * the way of a request, and the port answers until everything else has stopped.
 */
public final class ManagementServer implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);
    private static final Duration STOP = Duration.ofSeconds(1);

    private final int port;
    private final Readiness readiness;
    private final Supplier<String> configuration;
    private final PrometheusMeterRegistry registry;
    private volatile State state = new State(null, null);

    /**
     * @param port 0 = any free one
     * @param configuration whether the configuration file is in effect, as JSON
     */
    public ManagementServer(
            int port, Readiness readiness, Supplier<String> configuration, PrometheusMeterRegistry registry) {
        this.port = port;
        this.readiness = readiness;
        this.configuration = configuration;
        this.registry = registry;
    }

    /** The port that it listens on. */
    public int port() {
        DisposableServer server = state.server();
        return server == null ? port : server.port();
    }

    @Override
    public void start() {
        LoopResources loops = LoopResources.create("management", 1, true);
        DisposableServer server = HttpServer.create()
                .port(port)
                .runOn(loops, false)
                .idleTimeout(Duration.ofSeconds(60))
                .route(routes -> routes.get("/livez", (_, response) -> text(response, 200, "alive\n"))
                        .get(
                                "/readyz",
                                (_, response) -> readiness.isReady()
                                        ? text(response, 200, "ready\n")
                                        : text(response, 503, "not ready\n"))
                        .get("/configuration", (_, response) -> response.header(
                                        HttpHeaderNames.CONTENT_TYPE, "application/json")
                                .sendString(Mono.fromSupplier(configuration)))
                        .get("/metrics", (_, response) -> response.header(
                                        HttpHeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                                .sendString(Mono.fromSupplier(registry::scrape))))
                .bindNow();
        state = new State(server, loops);
        LOG.info("Probes and metrics on port {}", server.port());
    }

    @Override
    public void stop() {
        State stopped = state;
        state = new State(null, null);
        if (stopped.server() != null && stopped.loops() != null) {
            stopped.server().disposeNow(STOP);
            stopped.loops().disposeLater(Duration.ZERO, STOP).block(STOP.plusSeconds(1));
        }
    }

    @Override
    public boolean isRunning() {
        return state.server() != null;
    }

    /** Started first and stopped last. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }

    private static Publisher<Void> text(HttpServerResponse response, int status, String body) {
        return response.status(HttpResponseStatus.valueOf(status))
                .header(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .sendString(Mono.just(body));
    }

    private record State(
            @Nullable DisposableServer server, @Nullable LoopResources loops) {}
}
