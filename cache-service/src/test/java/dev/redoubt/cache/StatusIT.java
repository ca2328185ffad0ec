package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is told of one region and of one key. */
class StatusIT {

    @TempDir
    Path directory;

    private RedisServer redis;
    private Service service;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.started("redis-server", directory.resolve("redis"));
        // One event loop: there is one near cache, whichever connection asks.
        service = Service.withRegions(
                directory,
                redis.binding(),
                "- {name: kept, ttl: 1h, maxTtl: 2h, staleFor: 1h, maxBytes: 1000, jitterPercent: 0}\n",
                "eventLoops: 1\n");
        until(() -> service.mode().equals("NORMAL"));
        until(() -> service.status().get("nearCache").get("on").asBoolean());
    }

    @AfterEach
    void end() {
        service.close();
        redis.close();
    }

    private static void until(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(condition);
    }

    private JsonNode status(String path) throws Exception {
        HttpResponse<String> answer = service.get("/v1/status/cache/" + path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        return JsonMapper.shared().readTree(answer.body());
    }

    @Test
    void tellsOfARegion() throws Exception {
        service.put("/v1/cache/kept/k", "0123456789");
        service.get("/v1/cache/kept/k");
        service.get("/v1/cache/kept/k");
        service.get("/v1/cache/kept/none");
        JsonNode kept = status("kept");
        assertThat(kept.get("mode").asString()).isEqualTo("NORMAL");
        assertThat(kept.get("affected")).isEmpty();
        assertThat(kept.get("ttl").asString()).isEqualTo("1h");
        assertThat(kept.get("maxTtl").asString()).isEqualTo("2h");
        assertThat(kept.get("staleFor").asString()).isEqualTo("1h");
        assertThat(kept.get("maxBytes").asInt()).isEqualTo(1000);
        assertThat(kept.get("nearCache").get("on").asBoolean()).isTrue();
        JsonNode statistics = kept.get("statistics");
        assertThat(statistics.get("hits").get("redis").asInt()).isEqualTo(1);
        assertThat(statistics.get("hits").get("near").asInt()).isEqualTo(1);
        assertThat(statistics.get("misses").asInt()).isEqualTo(1);
        assertThat(statistics.get("near").get("copies").asInt()).isEqualTo(1);
        assertThat(statistics.get("near").get("bytes").asInt()).isGreaterThan(10);
    }

    @Test
    void tellsOfAKeyAndNotItsValue() throws Exception {
        HttpResponse<String> stored =
                service.text(service.request("PUT", "/v1/cache/kept/a%2Fb?ttl=90m", Service.ALL, "secret")
                        .header("Content-Type", "text/plain")
                        .header("Cache-Tag", "one, two"));
        assertThat(stored.statusCode()).isEqualTo(201);
        JsonNode first = status("kept/a%2Fb");
        assertThat(first.get("detail").asString()).isEqualTo("redis");
        assertThat(first.get("region").asString()).isEqualTo("kept");
        assertThat(first.get("ttlMs").asLong()).isBetween(80 * 60_000L, 90 * 60_000L);
        assertThat(first.get("ageMs").asLong()).isBetween(0L, 10 * 60_000L);
        assertThat(first.get("bytes").asInt()).isEqualTo(6);
        assertThat(first.get("contentType").asString()).isEqualTo("text/plain");
        assertThat(first.get("etag").asString())
                .isEqualTo(stored.headers().firstValue("ETag").orElseThrow());
        assertThat(first.get("tags").toString()).isEqualTo("[\"one\",\"two\"]");
        assertThat(first.toString()).doesNotContain("secret");
        assertThat(status("kept/a%2Fb").get("detail").asString())
                .as("looked for as GET does it")
                .isEqualTo("near");
        JsonNode statistics = status("kept").get("statistics");
        assertThat(statistics.get("hits").get("redis").asInt()
                        + statistics.get("hits").get("near").asInt())
                .as("it is no read")
                .isZero();
        service.send("DELETE", "/v1/cache/kept?tag=two", Service.ALL, null);
        assertThat(service.get("/v1/status/cache/kept/a%2Fb").body()).contains("\"code\":\"cache-miss\"");
    }

    @Test
    void mayBeReadByWhoeverMayReadTheRegion() throws Exception {
        for (String path : new String[] {"/v1/status/cache/long", "/v1/status/cache/long/k"}) {
            assertThat(service.send("GET", path, Service.READER, null).statusCode())
                    .isEqualTo(403);
            assertThat(service.send("GET", path, Service.NOBODY, null).statusCode())
                    .isEqualTo(403);
            assertThat(service.send("GET", path, null, null).statusCode()).isEqualTo(401);
            HttpResponse<String> written = service.put(path, "v");
            assertThat(written.statusCode()).isEqualTo(405);
            assertThat(written.headers().firstValue("Allow")).hasValue("GET, HEAD");
            HttpResponse<String> head = service.send("HEAD", path, Service.ALL, null);
            assertThat(head.body()).isEmpty();
        }
        assertThat(service.send("GET", "/v1/status/cache/short", Service.READER, null)
                        .statusCode())
                .isEqualTo(200);
        assertThat(service.send("GET", "/v1/status/cache/short/k", Service.READER, null)
                        .statusCode())
                .isEqualTo(404);
        for (String path :
                new String[] {"/v1/status/cache", "/v1/status/cache/", "/v1/status/cache/long:stats", "/v1/status/x"}) {
            assertThat(service.get(path).body()).as(path).contains("\"code\":\"not-found\"");
        }
    }

    @Test
    void tellsTheTruthWhileRedisIsGone() throws Exception {
        service.put("/v1/cache/kept/k", "v");
        service.put("/v1/cache/long/k", "v");
        assertThat(service.get("/v1/cache/kept/k").statusCode()).isEqualTo(200);
        redis.close();
        until(() -> service.mode().equals("DEGRADED"));
        JsonNode region = status("kept");
        assertThat(region.get("mode").asString()).isEqualTo("DEGRADED");
        assertThat(region.get("affected").toString())
                .contains("reads", "writes")
                .doesNotContain("limits");
        assertThat(status("kept/k").get("detail").asString()).isEqualTo("stale-redis-down");
        HttpResponse<String> unknown = service.get("/v1/status/cache/long/k");
        assertThat(unknown.statusCode()).isEqualTo(503);
        assertThat(unknown.body()).contains("\"code\":\"cache-unavailable\"");
    }
}
