package dev.redoubt.operator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** {@code /livez}, {@code /readyz} and {@code /metrics} over plain HTTP, for the kubelet and for Prometheus. */
public final class HttpEndpoints implements AutoCloseable {
    private static final int BACKLOG = 16;
    private static final int THREADS = 2;

    private final HttpServer server;
    private final ExecutorService threads;

    private HttpEndpoints(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Listens from now on.
     *
     * @param port 0 = any free one
     * @param ready what {@code /readyz} says; {@code /livez} says yes as long as it can be asked
     */
    public static HttpEndpoints open(int port, BooleanSupplier ready, PrometheusMeterRegistry metrics) {
        try {
            var server = HttpServer.create(new InetSocketAddress(port), BACKLOG);
            var threads = Executors.newFixedThreadPool(
                    THREADS, Thread.ofPlatform().name("http-", 0).daemon().factory());
            server.setExecutor(threads);
            server.createContext("/livez", exchange -> answer(exchange, 200, "text/plain", "alive\n"));
            server.createContext("/readyz", exchange -> {
                var yes = ready.getAsBoolean();
                answer(exchange, yes ? 200 : 503, "text/plain", yes ? "ready\n" : "starting\n");
            });
            server.createContext(
                    "/metrics",
                    exchange -> answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", metrics.scrape()));
            server.start();
            return new HttpEndpoints(server, threads);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Port " + port + " cannot be opened: " + e.getMessage() + ". Choose another with http.port", e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, int status, String type, String text) throws IOException {
        try (exchange) {
            var body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
