package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.cache.hot.HotPath;
import dev.redoubt.cache.hot.Route;
import dev.redoubt.cache.management.ManagementServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.reactive.function.server.support.RouterFunctionMapping;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service in this process, as {@code main} starts it, on free ports. */
final class Service implements AutoCloseable {

    /** The key of a client that may do everything, of one that may read region short, and of one without grants. */
    static final String ALL = "rdk_all";

    static final String READER = "rdk_reader";
    static final String NOBODY = "rdk_nobody";

    private final ConfigurableApplicationContext context;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Service(ConfigurableApplicationContext context) {
        this.context = context;
    }

    private static final String CLIENTS =
            """
            clients:
            - {name: all, apiKeySha256: %s, read: ["*"], write: ["*"], limit: ["*"]}
            - {name: reader, apiKeySha256: %s, read: [short]}
            - {name: nobody, apiKeySha256: %s}
            """.formatted(RedisServer.sha256(ALL), RedisServer.sha256(READER), RedisServer.sha256(NOBODY));

    static final String REGIONS_AND_CLIENTS = "regions: [{name: short, ttl: 1s}, {name: long, ttl: 5m}]\n" + CLIENTS;

    /**
     * With the Redis behind a binding, over plain HTTP, quick to shut down; {@code more} is appended to the file. Patient with
     * Redis: on a busy machine a test of something else must not fail because of a late answer.
     */
    static Service with(Path directory, Path binding, String more) throws IOException {
        return with(directory, binding, "5s", more);
    }

    /** The same with another timeout of commands. */
    static Service with(Path directory, Path binding, String commandTimeout, String more) throws IOException {
        return start(directory, """
                redis: {binding: %s, commandTimeout: %s}
                http: {port: 0}
                management: {port: 0}
                logging: {format: text}
                shutdown: {drain: 0s, grace: 5s}
                eventLoops: 2
                """.formatted(binding, commandTimeout) + REGIONS_AND_CLIENTS + more, Map.of());
    }

    /** With more regions: lines of YAML; as many event loops as processors, unless {@code more} says otherwise. */
    static Service withRegions(Path directory, Path binding, String regions, String more) throws IOException {
        return start(directory, """
                redis: {binding: %s, commandTimeout: 5s}
                http: {port: 0}
                management: {port: 0}
                logging: {format: text}
                shutdown: {drain: 0s, grace: 5s}
                regions:
                - {name: short, ttl: 1s}
                - {name: long, ttl: 5m}
                """.formatted(binding) + regions + CLIENTS + more, Map.of());
    }

    static Service start(Path directory, String yaml, Map<String, String> variables) throws IOException {
        Path file = Files.writeString(Files.createDirectories(directory).resolve("service.yaml"), yaml);
        return new Service(CacheServiceApplication.start(file, variables));
    }

    /** With a file that is there already. */
    static Service at(Path file) {
        return new Service(CacheServiceApplication.start(file, Map.of()));
    }

    int port() {
        return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
    }

    int managementPort() {
        return context.getBean(ManagementServer.class).port();
    }

    HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, ALL, null);
    }

    HttpResponse<String> put(String path, String body) throws Exception {
        return send("PUT", path, ALL, body);
    }

    HttpResponse<String> send(String method, String path, String key, String body) throws Exception {
        return client.send(request(method, path, key, body).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String method, String path, String key, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
                .timeout(Duration.ofSeconds(20))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        return key == null ? request : request.header("Authorization", "Bearer " + key);
    }

    HttpResponse<String> text(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<byte[]> bytes(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** All that it serves: on the event loops, and in WebFlux. */
    List<Route> routes() {
        // Besides the routers there is nothing that answers: no controllers.
        assertThat(context.getBean(RequestMappingHandlerMapping.class).getHandlerMethods())
                .isEmpty();
        return Stream.concat(
                        context.getBean(HotPath.class).routes().stream(),
                        context.getBeansOfType(RouterFunctionMapping.class).values().stream()
                                .map(RouterFunctionMapping::getRouterFunction)
                                .filter(Objects::nonNull)
                                .flatMap(router -> WebRoutes.of(router).stream()))
                .toList();
    }

    boolean ready() throws Exception {
        return send("GET", "/readyz", null, null).statusCode() == 200;
    }

    JsonNode status() throws Exception {
        return JsonMapper.shared()
                .readTree(send("GET", "/v1/status", NOBODY, null).body());
    }

    String mode() {
        try {
            return status().get("mode").asString();
        } catch (Exception e) {
            return e.toString();
        }
    }

    String reason() {
        try {
            JsonNode reason = status().get("redis").get("reason");
            return reason == null ? "" : reason.asString();
        } catch (Exception e) {
            return e.toString();
        }
    }

    HttpResponse<String> management(String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + managementPort() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
        client.close();
    }
}
