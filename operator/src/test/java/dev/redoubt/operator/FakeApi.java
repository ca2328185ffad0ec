package dev.redoubt.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.redoubt.operator.apply.ApiWrites;
import dev.redoubt.operator.apply.Cluster;
import dev.redoubt.operator.apply.PassGate;
import dev.redoubt.operator.events.EventRecorder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * The other end of the Kubernetes client: keeps every request and answers as it is told, with the request's own body unless it
 * is told. What a real API server makes of the requests is for the integration tests to show.
 */
public final class FakeApi implements AutoCloseable {
    public static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static final Answer NO_EVENTS =
            new Answer(200, "{\"kind\": \"EventList\", \"apiVersion\": \"v1\", \"items\": []}");

    private final HttpServer server;
    private final KubernetesClient client;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private volatile Function<Request, Answer> answers = request -> new Answer(200, request.body());

    /** One request. {@code target} is the path with its query. */
    public record Request(String method, String target, String contentType, String body) {
        /** Whether it writes an Event. */
        boolean isEvent() {
            return target.contains("/events") && !asksForEvents();
        }

        private boolean asksForEvents() {
            return target.contains("/events") && method.equals("GET");
        }
    }

    /** One answer. */
    public record Answer(int status, String body) {
        /** What the API server answers when it refuses. */
        public static Answer refusal(int status, String message) {
            return new Answer(status, """
                    {"kind":"Status","apiVersion":"v1","status":"Failure","code":%d,"message":"%s"}
                    """.formatted(status, message));
        }
    }

    public FakeApi() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
        var config = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .withRequestRetryBackoffLimit(0)
                .withNamespace("default")
                .build();
        client = new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(OperatorProcess.serialization())
                .build();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var request = new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            requests.add(request);
            var answer = request.isEvent() ? new Answer(201, request.body()) : answer(request);
            var body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** The cluster has told nothing. */
    private Answer answer(Request request) {
        return request.asksForEvents() ? NO_EVENTS : answers.apply(request);
    }

    /** How everything but Events is answered from now on. */
    public void answer(Function<Request, Answer> all) {
        answers = all;
    }

    public KubernetesClient client() {
        return client;
    }

    /** What a pass changes the cluster with, at this API and at {@link #NOW}. */
    public Cluster cluster() {
        var clock = Clock.fixed(NOW, ZoneOffset.UTC);
        return new Cluster(
                client,
                new ApiWrites(new SimpleMeterRegistry()),
                new EventRecorder(client, clock, "operator-0"),
                new PassGate());
    }

    /** Every request but those for Events. */
    public List<Request> requests() {
        return requests.stream().filter(request -> !request.isEvent()).toList();
    }

    /** The notes of the Events, each after its reason and a colon. */
    public List<String> events() {
        return requests.stream()
                .filter(Request::isEvent)
                .map(request -> client.getKubernetesSerialization().unmarshal(request.body(), Event.class))
                .map(event -> event.getReason() + ": " + event.getNote())
                .toList();
    }

    /** The bodies of the Events. */
    public List<String> eventBodies() {
        return requests.stream().filter(Request::isEvent).map(Request::body).toList();
    }

    @Override
    public void close() {
        client.close();
        server.stop(0);
    }
}
