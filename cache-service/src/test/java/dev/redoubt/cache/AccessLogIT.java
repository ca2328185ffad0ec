package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.redoubt.cache.accesslog.AccessLog;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is told of requests, of which ones, and what never is. */
@ExtendWith(NoLeaks.class)
class AccessLogIT {

    private static final String LIMITS = "rateLimits: [{name: websocket, capacity: 100, refillPeriod: 1h}]\n";

    @TempDir
    Path directory;

    private final List<Map<String, Object>> lines = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
            Map<String, Object> line = event.getKeyValuePairs().stream()
                    .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value)));
            line.put("message", event.getFormattedMessage());
            lines.add(line);
        }
    };
    private RedisServer redis;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.started("redis-server", directory.resolve("redis"));
        appender.start();
    }

    @AfterEach
    void end() {
        logger().detachAppender(appender);
        redis.close();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(AccessLog.NAME);
    }

    private Service service(String more) throws Exception {
        Service service = Service.with(directory, redis.binding(), LIMITS + more);
        // Spring Boot has just set up logging anew.
        logger().addAppender(appender);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.mode()
                .equals("NORMAL"));
        return service;
    }

    /** The line about the request of that name. */
    private Map<String, Object> line(String requestId) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> lines.stream()
                .anyMatch(line -> requestId.equals(line.get("http.request.id"))));
        List<Map<String, Object>> found = lines.stream()
                .filter(line -> requestId.equals(line.get("http.request.id")))
                .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private static Map<String, Object> line(
            Service service, AccessLogIT test, String id, String method, String path, String key, String body)
            throws Exception {
        service.text(service.request(method, path, key, body).header("X-Request-Id", id));
        return test.line(id);
    }

    @Test
    void tellsWhoAskedWhatOfWhatAndHowItEnded() throws Exception {
        try (Service service = service("accessLog: {sample: 100%}\n")) {
            assertThat(line(service, this, "put", "PUT", "/v1/cache/long/secret-key", Service.ALL, "secret-value"))
                    .containsEntry("user.name", "all")
                    .containsEntry("http.request.method", "PUT")
                    .containsEntry("redoubt.family", "cache")
                    .containsEntry("redoubt.region", "long")
                    .containsEntry("http.response.status_code", "201")
                    .containsEntry("http.request.body.bytes", "12")
                    .containsEntry("http.response.body.bytes", "0")
                    .doesNotContainKey("redoubt.code");
            assertThat(line(service, this, "get", "GET", "/v1/cache/long/secret-key", Service.ALL, null))
                    .containsEntry("http.response.status_code", "200")
                    .containsEntry("http.response.body.bytes", "12")
                    .hasEntrySatisfying("event.duration", nanos -> assertThat(Long.parseLong(nanos.toString()))
                            .isBetween(1L, 20_000_000_000L));
            assertThat(line(service, this, "head", "HEAD", "/v1/cache/long/secret-key", Service.ALL, null))
                    .containsEntry("http.response.body.bytes", "0");
            assertThat(line(
                            service,
                            this,
                            "take",
                            "POST",
                            "/v1/limits/websocket/secret-client:take",
                            Service.ALL,
                            null))
                    .containsEntry("redoubt.family", "limits")
                    .containsEntry("redoubt.limit", "websocket")
                    .containsEntry("http.response.status_code", "200");
            assertThat(line(service, this, "stats", "GET", "/v1/cache/long:stats", Service.ALL, null))
                    .containsEntry("redoubt.region", "long");
            assertThat(line(service, this, "status", "GET", "/v1/status", Service.ALL, null))
                    .containsEntry("redoubt.family", "service")
                    .containsEntry("user.name", "all")
                    .containsEntry("http.response.status_code", "200")
                    .hasEntrySatisfying(
                            "http.response.body.bytes", bytes -> assertThat(Long.parseLong(bytes.toString()))
                                    .isGreaterThan(100));
            assertThat(line(service, this, "nowhere", "GET", "/v1/cache/secret-region/secret", Service.ALL, null))
                    .containsEntry("redoubt.code", "region-unknown")
                    .doesNotContainKey("redoubt.region");
            assertThat(line(service, this, "method", "SECRET", "/v1/cache/long/k", Service.ALL, null))
                    .containsEntry("http.response.status_code", "405")
                    .doesNotContainKey("http.request.method");
            HttpResponse<String> unnamed = service.get("/v1/cache/long/secret-key");
            assertThat(line(unnamed.headers().firstValue("X-Request-Id").orElseThrow()))
                    .containsEntry("http.response.status_code", "200");
            assertThat(lines.toString()).doesNotContainIgnoringCase("secret").doesNotContain(Service.ALL);
        }
    }

    @Test
    void alwaysTellsDenialsAndFailures() throws Exception {
        try (Service service = service("accessLog: {sample: 0}\n")) {
            service.put("/v1/cache/long/k", "v");
            service.text(service.request("GET", "/v1/cache/long/k", Service.ALL, null)
                    .header("X-Request-Id", "hit"));
            service.text(service.request("GET", "/v1/cache/long/none", Service.ALL, null)
                    .header("X-Request-Id", "miss"));
            assertThat(line(service, this, "stranger", "GET", "/v1/cache/long/k", "secret-token", null))
                    .containsEntry("redoubt.code", "unauthorized")
                    .containsEntry("redoubt.region", "long")
                    .doesNotContainKey("user.name");
            assertThat(line(service, this, "denied", "PUT", "/v1/cache/long/k", Service.READER, "v"))
                    .containsEntry("redoubt.code", "forbidden")
                    .containsEntry("user.name", "reader");
            redis.close();
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.mode()
                    .equals("DEGRADED"));
            assertThat(line(service, this, "outage", "PUT", "/v1/cache/long/k", Service.ALL, "v"))
                    .containsEntry("http.response.status_code", "503")
                    .containsEntry("redoubt.code", "cache-unavailable");
            assertThat(lines).extracting(line -> line.get("http.request.id")).doesNotContain("hit", "miss");
        }
    }

    @Test
    void aFloodOfDenialsIsBounded() throws Exception {
        try (Service service = service("accessLog: {sample: 0, linesPerSecond: 5}\n")) {
            int denials = 100;
            for (int i = 0; i < denials; i++) {
                service.send("GET", "/v1/cache/long/k", null, null);
            }
            AccessLog log = service.bean(AccessLog.class);
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> log.written() + log.dropped() == denials);
            assertThat(log.written()).isEqualTo(lines.size()).isGreaterThanOrEqualTo(5);
            assertThat(log.dropped()).isPositive();
            assertThat(service.management("/metrics").body())
                    .contains("redoubt_access_log_dropped_total " + (double) log.dropped())
                    .contains("redoubt_access_log_queue 0.0");
        }
    }

    @Test
    void isOffUntilTheFileAsksForIt() throws Exception {
        try (Service service = service("")) {
            service.send("GET", "/v1/cache/long/k", null, null);
            assertThat(service.get("/v1/cache/long/k").statusCode()).isEqualTo(404);
            assertThat(service.bean(AccessLog.class).isOn()).isFalse();
            assertThat(lines).isEmpty();
            Path file = directory.resolve("service.yaml");
            String off = Files.readString(file);
            Files.writeString(file, off + "accessLog: {sample: 1}\n");
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.bean(AccessLog.class)
                    .isOn());
            line(service, this, "now", "GET", "/v1/cache/long/k", Service.ALL, null);
            Files.writeString(file, off);
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !service.bean(AccessLog.class)
                    .isOn());
        }
    }

    /** As the documentation shows it: one JSON document a line. */
    @Test
    void isJsonWithTheNamesOfTheElasticCommonSchema() throws Exception {
        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try (Service service =
                Service.start(directory, """
                redis: {binding: %s, commandTimeout: 5s}
                http: {port: 0}
                management: {port: 0}
                shutdown: {drain: 0s}
                accessLog: {sample: 1}
                logging: {level: error}
                """.formatted(redis.binding()) + Service.REGIONS_AND_CLIENTS, Map.of())) {
            service.text(service.request("GET", "/v1/status", Service.ALL, null).header("X-Request-Id", "json"));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> service.bean(AccessLog.class).written() > 0);
        } finally {
            System.setOut(console);
        }
        List<JsonNode> lines = printed.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(AccessLog.NAME))
                .map(line -> JsonMapper.shared().readTree(line))
                .toList();
        assertThat(lines).hasSize(1);
        JsonNode line = lines.getFirst();
        assertThat(line.at("/log/logger").asString()).isEqualTo(AccessLog.NAME);
        assertThat(line.at("/http/request/id").asString()).isEqualTo("json");
        assertThat(line.at("/http/request/method").asString()).isEqualTo("GET");
        assertThat(line.at("/http/response/status_code").asInt()).isEqualTo(200);
        assertThat(line.at("/event/duration").asLong()).isPositive();
        assertThat(line.at("/user/name").asString()).isEqualTo("all");
        assertThat(line.at("/redoubt/family").asString()).isEqualTo("service");
    }
}
