package dev.redoubt.cache;

import static dev.redoubt.cache.RawClient.head;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a client sees of a service with its Redis, over TLS, as the user that the operator makes. Once per engine that is installed. */
@ParameterizedClass
@MethodSource("dev.redoubt.cache.RedisServer#programs")
@ExtendWith(NoLeaks.class)
class CacheIT {

    private final String program;

    private static RedisServer redis;
    private static Service service;

    CacheIT(String program) {
        this.program = program;
    }

    @BeforeParameterizedClassInvocation
    static void start(String program, @TempDir Path directory) throws Exception {
        redis = RedisServer.started(program, directory.resolve("redis"));
        service = Service.with(directory, redis.binding(), "limits: {body: 1MiB, pipelined: 8}\n");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.mode()
                .equals("NORMAL"));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        service.close();
        redis.close();
    }

    @Test
    void storesReplacesReturnsAndDeletes() throws Exception {
        HttpRequest.Builder put = service.request("PUT", "/v1/cache/long/a", Service.ALL, "{\"x\":1}")
                .header("Content-Type", "application/json");
        assertThat(service.bytes(put).statusCode()).isEqualTo(201);
        HttpResponse<String> hit = service.get("/v1/cache/long/a");
        assertThat(hit.statusCode()).isEqualTo(200);
        assertThat(hit.body()).isEqualTo("{\"x\":1}");
        assertThat(hit.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(hit.headers().firstValue("Cache-Control").orElseThrow()).matches("private, max-age=(299|300)");
        assertThat(hit.headers().firstValue("Age")).contains("0");
        assertThat(hit.headers().firstValue("Date")).isPresent();
        HttpResponse<String> replaced = service.put("/v1/cache/long/a", "other");
        assertThat(replaced.statusCode()).isEqualTo(204);
        assertThat(replaced.headers().firstValue("Content-Length")).isEmpty();
        HttpResponse<String> untyped = service.get("/v1/cache/long/a");
        assertThat(untyped.body()).isEqualTo("other");
        HttpResponse<String> head = service.send("HEAD", "/v1/cache/long/a", Service.ALL, null);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Length")).contains("5");
        assertThat(head.body()).isEmpty();
        assertThat(service.send("DELETE", "/v1/cache/long/a", Service.ALL, null).statusCode())
                .isEqualTo(204);
        assertThat(service.send("DELETE", "/v1/cache/long/a", Service.ALL, null).statusCode())
                .isEqualTo(204);
        HttpResponse<String> miss = service.get("/v1/cache/long/a");
        assertThat(miss.statusCode()).isEqualTo(404);
        assertThat(miss.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(miss.body()).contains("\"code\":\"cache-miss\"").contains("\"retryable\":false");
        assertThat(service.send("HEAD", "/v1/cache/long/a", Service.ALL, null).statusCode())
                .isEqualTo(404);
    }

    @Test
    void forgetsAfterTheTtl() throws Exception {
        service.put("/v1/cache/short/t", "v");
        service.put("/v1/cache/long/t?ttl=900ms", "v");
        service.put("/v1/cache/long/stays", "v");
        assertThat(service.get("/v1/cache/short/t").statusCode()).isEqualTo(200);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> service.get("/v1/cache/short/t").statusCode() == 404);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> service.get("/v1/cache/long/t").statusCode() == 404);
        assertThat(service.get("/v1/cache/long/stays").statusCode()).isEqualTo(200);
    }

    @Test
    void keepsRegionsAndOddKeysApart() throws Exception {
        String[] keys = {"a%2Fb", "a%252Fb", "%00", "%E2%82%AC", "a+b", "a%20b", "a:b", "k".repeat(512)};
        for (String key : keys) {
            assertThat(service.put("/v1/cache/long/" + key, "long " + key).statusCode())
                    .as(key)
                    .isEqualTo(201);
        }
        for (String key : keys) {
            assertThat(service.get("/v1/cache/long/" + key).body()).isEqualTo("long " + key);
            assertThat(service.get("/v1/cache/short/" + key).statusCode()).isEqualTo(404);
        }
        assertThat(service.put("/v1/cache/long/" + "k".repeat(513), "v").statusCode())
                .isEqualTo(400);
    }

    @Test
    void returnsEveryByteAtEverySize() throws Exception {
        Random random = new Random(7);
        for (int size : new int[] {0, 1, 100, 16 * 1024, 16 * 1024 + 1, 100_000, 1024 * 1024}) {
            byte[] body = new byte[size];
            random.nextBytes(body);
            HttpRequest.Builder put = service.request("PUT", "/v1/cache/long/size", Service.ALL, null)
                    .method("PUT", HttpRequest.BodyPublishers.ofByteArray(body));
            assertThat(service.bytes(put).statusCode()).isIn(201, 204);
            assertThat(service.bytes(service.request("GET", "/v1/cache/long/size", Service.ALL, null))
                            .body())
                    .isEqualTo(body);
        }
    }

    @Test
    void refusesValuesThatAreTooLarge() throws Exception {
        assertThat(service.put("/v1/cache/long/big", "x".repeat(1024 * 1024 + 1))
                        .statusCode())
                .isEqualTo(413);
        try (RawClient client = new RawClient(service.port())) {
            client.send(head("PUT", "/v1/cache/long/big", "Transfer-Encoding: chunked"));
            byte[] chunk = ("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
            for (int i = 0; i < 17; i++) {
                client.send(chunk);
            }
            RawClient.Response refused = client.read();
            assertThat(refused.status()).isEqualTo(413);
            assertThat(refused.headers()).containsEntry("connection", "close");
            assertThat(refused.body()).contains("value-too-large");
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertThat(service.get("/v1/cache/long/big").statusCode()).isEqualTo(404);
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        for (int i = 0; i < 40; i++) {
            service.put("/v1/cache/long/p" + i, "value " + i);
        }
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            requests.append(head("GET", "/v1/cache/long/p" + i));
            switch (i % 5) {
                case 0 -> requests.append(head("GET", "/v1/status"));
                case 1 ->
                    requests.append(head("PUT", "/v1/cache/long/q" + i, "Content-Length: 3"))
                            .append("abc");
                case 2 -> requests.append(head("HEAD", "/v1/cache/long/p" + i));
                case 3 ->
                    requests.append(head("POST", "/v1/cache/long/p" + i, "Content-Length: 4"))
                            .append("body");
                default -> requests.append("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
            }
        }
        try (RawClient client = new RawClient(service.port())) {
            client.send(requests.toString());
            for (int i = 0; i < 40; i++) {
                assertThat(client.read().body()).isEqualTo("value " + i);
                switch (i % 5) {
                    case 0 -> assertThat(client.read().body()).contains("\"mode\":\"NORMAL\"");
                    case 1 -> assertThat(client.read().status()).isIn(201, 204);
                    case 2 ->
                        assertThat(client.read(true).headers())
                                .containsEntry("content-length", String.valueOf(("value " + i).length()));
                    case 3 -> {
                        RawClient.Response refused = client.read();
                        assertThat(refused.status()).isEqualTo(405);
                        assertThat(refused.headers()).containsEntry("allow", "GET, HEAD, PUT, DELETE");
                    }
                    default -> assertThat(client.read().body()).isEqualTo("alive\n");
                }
            }
        }
    }

    @Test
    void waitsForClientsThatReadSlowly() throws Exception {
        service.put("/v1/cache/long/large", "x".repeat(500_000));
        try (RawClient client = new RawClient(service.port())) {
            client.send(head("GET", "/v1/cache/long/large").repeat(60));
            assertThat(service.get("/v1/cache/long/large").statusCode()).isEqualTo(200);
            for (int i = 0; i < 60; i++) {
                assertThat(client.read().body()).hasSize(500_000);
            }
            assertThat(client.send(head("GET", "/v1/cache/long/none")).read().status())
                    .isEqualTo(404);
        }
    }

    @Test
    void readsBodiesHoweverTheyAreSent() throws Exception {
        try (RawClient client = new RawClient(service.port())) {
            client.send(head("PUT", "/v1/cache/long/c", "Transfer-Encoding: chunked") + "3\r\nabc\r\n");
            client.send("4;ext=1\r\ndefg\r\n0\r\nTrailer: x\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(201);
            client.send(head("PUT", "/v1/cache/long/c", "Content-Length: 2", "Expect: 100-continue"));
            assertThat(client.read().status()).isEqualTo(100);
            client.send("hi");
            assertThat(client.read().status()).isEqualTo(204);
            client.send(head("PUT", "/v1/cache/unknown/c", "Content-Length: 2", "Expect: 100-continue"));
            assertThat(client.read().status()).isEqualTo(404);
            assertThat(client.isClosedByServer()).isTrue();
        }
        assertThat(service.get("/v1/cache/long/c").body()).isEqualTo("hi");
    }

    @Test
    void keepsAndClosesConnectionsAsAsked() throws Exception {
        try (RawClient client = new RawClient(service.port())) {
            client.send(
                    "GET /v1/cache/long/none HTTP/1.0\r\nConnection: keep-alive\r\nAuthorization: Bearer rdk_all\r\n\r\n");
            assertThat(client.read().headers()).containsEntry("connection", "keep-alive");
            client.send("GET /v1/cache/long/none HTTP/1.0\r\nAuthorization: Bearer rdk_all\r\n\r\n");
            assertThat(client.read().headers()).containsEntry("connection", "close");
            assertThat(client.isClosedByServer()).isTrue();
        }
        try (RawClient client = new RawClient(service.port())) {
            client.send(head("GET", "/v1/cache/long/none", "Connection: close") + head("GET", "/v1/cache/long/none"));
            assertThat(client.read().status()).isEqualTo(404);
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @Test
    void letsIn_whoMay_andNobodyElse() throws Exception {
        HttpResponse<String> anonymous = service.send("GET", "/v1/cache/long/a", null, null);
        assertThat(anonymous.statusCode()).isEqualTo(401);
        assertThat(anonymous.headers().firstValue("WWW-Authenticate")).contains("Bearer realm=\"redoubt\"");
        assertThat(anonymous.body()).contains("\"code\":\"unauthorized\"");
        assertThat(service.send("PUT", "/v1/cache/long/a", "rdk_wrong", "v").statusCode())
                .isEqualTo(401);
        assertThat(service.send("GET", "/v1/cache/short/a", Service.READER, null)
                        .statusCode())
                .isEqualTo(404);
        assertThat(service.send("GET", "/v1/cache/long/a", Service.READER, null).statusCode())
                .isEqualTo(403);
        assertThat(service.send("PUT", "/v1/cache/short/a", Service.READER, "v").statusCode())
                .isEqualTo(403);
        assertThat(service.send("DELETE", "/v1/cache/short/a", Service.NOBODY, null)
                        .body())
                .contains("\"code\":\"forbidden\"");
        for (String path :
                new String[] {"/v1/status", "/", "/metrics", "/actuator", "/v1/cache/long", "/error", "/favicon.ico"}) {
            assertThat(service.send("GET", path, null, null).statusCode())
                    .as(path)
                    .isEqualTo(401);
        }
        assertThat(service.send("GET", "/livez", null, null).statusCode()).isEqualTo(200);
        assertThat(service.send("GET", "/readyz", null, null).statusCode()).isEqualTo(200);
    }

    @Test
    void refusesInWebFluxAsOnTheHotPath() throws Exception {
        HttpResponse<String> unknown = service.get("/v1/nothing");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(unknown.body()).contains("\"code\":\"not-found\"");
        HttpResponse<String> posted = service.send("POST", "/v1/status", Service.ALL, "x");
        assertThat(posted.statusCode()).isEqualTo(405);
        assertThat(posted.headers().firstValue("Allow").orElseThrow()).contains("GET");
        assertThat(service.get("/metrics").statusCode()).isEqualTo(404);
        HttpResponse<String> head = service.send("HEAD", "/livez", null, null);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void callsARequestAsItsClientDoes() throws Exception {
        service.put("/v1/cache/long/named", "v");
        // On the event loop (twice, so that the second comes from the near cache), refused there, in WebFlux, refused
        // there, and without a key.
        for (String path : new String[] {
            "/v1/cache/long/named",
            "/v1/cache/long/named",
            "/v1/cache/long/unnamed",
            "/v1/status",
            "/v1/nothing",
            "/livez"
        }) {
            HttpResponse<String> answer = service.text(
                    service.request("GET", path, Service.ALL, null).header("X-Request-Id", "3f2a-9.b_c~d:e/f+g="));
            assertThat(answer.headers().allValues("X-Request-Id")).as(path).containsExactly("3f2a-9.b_c~d:e/f+g=");
            if (answer.statusCode() >= 400) {
                assertThat(Integer.parseInt(
                                answer.headers().firstValue("Content-Length").orElseThrow()))
                        .isEqualTo(answer.body().length());
                assertThat(JsonMapper.shared()
                                .readTree(answer.body())
                                .get("requestId")
                                .asString())
                        .as(path)
                        .isEqualTo("3f2a-9.b_c~d:e/f+g=");
            }
        }
    }

    @Test
    void namesARefusalThatNobodyHasNamed() throws Exception {
        Set<String> names = new HashSet<>();
        for (String path :
                new String[] {"/v1/cache/long/unnamed", "/v1/cache/long/unnamed", "/v1/nothing", "/v1/nothing"}) {
            for (String given : new String[] {null, "x".repeat(129), "a\"b", "a b"}) {
                HttpRequest.Builder request = service.request("GET", path, Service.ALL, null);
                HttpResponse<String> refused =
                        service.text(given == null ? request : request.header("X-Request-Id", given));
                String name = refused.headers().firstValue("X-Request-Id").orElseThrow();
                assertThat(name).matches("[0-9a-f]{16}");
                assertThat(JsonMapper.shared()
                                .readTree(refused.body())
                                .get("requestId")
                                .asString())
                        .isEqualTo(name);
                assertThat(names.add(name)).isTrue();
            }
        }
        service.put("/v1/cache/long/named", "v");
        assertThat(service.get("/v1/cache/long/named").headers().firstValue("X-Request-Id"))
                .as("a hit that is written down nowhere has nothing to be found by")
                .isEmpty();
    }

    @Test
    void tellsItsStatus() throws Exception {
        JsonNode status = service.status();
        assertThat(status.get("redis").get("connected").asBoolean()).isTrue();
        assertThat(status.get("redis").get("tls").asBoolean()).isTrue();
        assertThat(status.get("redis").get("endpoint").asString()).isEqualTo("localhost:" + redis.port());
        assertThat(status.get("redis").get("server").asString())
                .matches((program.startsWith("redis") ? "redis" : "valkey") + " \\d+\\.\\d+\\.\\d+");
        assertThat(status.get("regions").get(1).get("ttl").asString()).isEqualTo("5m");
        assertThat(status.toString()).doesNotContain(RedisServer.PASSWORD);
    }

    @Test
    void countsOnTheManagementPortOnly() throws Exception {
        service.get("/v1/cache/long/never-stored");
        String metrics = service.management("/metrics").body();
        assertThat(metrics)
                .containsPattern(
                        "redoubt_cache_requests_seconds_count\\{operation=\"get\",outcome=\"miss\",region=\"long\"\\} [1-9]")
                .contains("redoubt_redis_link_up{link=\"redis\"} 1")
                .contains("redoubt_redis_link_connections{link=\"redis\"} 2")
                .contains("redoubt_redis_link_queue{link=\"redis\"}")
                .contains("redoubt_http_refusals_total{code=\"cache-miss\"}")
                .contains("jvm_memory_used_bytes");
        assertThat(service.management("/livez").statusCode()).isEqualTo(200);
        assertThat(service.management("/readyz").statusCode()).isEqualTo(200);
        assertThat(service.management("/v1/cache/long/a").statusCode()).isEqualTo(404);
    }
}
