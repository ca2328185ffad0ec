package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
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

/** What regions can do, as the user that the operator makes; on one event loop, so that a near hit can be told. Once per engine that is installed. */
@ParameterizedClass
@MethodSource("dev.redoubt.cache.RedisServer#programs")
@ExtendWith(NoLeaks.class)
class RegionsIT {

    static final String REGIONS = """
            - {name: policy, ttl: 1m, maxTtl: 1h, staleFor: 10m, maxBytes: 1KiB, jitterPercent: 50}
            - {name: brief, ttl: 300ms, staleFor: 10m}
            """;

    private static RedisServer redis;
    private static Service service;

    RegionsIT(@SuppressWarnings("unused") String program) {}

    @BeforeParameterizedClassInvocation
    static void start(String program, @TempDir Path directory) throws Exception {
        redis = RedisServer.started(program, directory.resolve("redis"));
        service =
                Service.withRegions(directory, redis.binding(), REGIONS, "nearCache: {maxStale: 10s}\neventLoops: 1\n");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.mode()
                .equals("NORMAL"));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws Exception {
        service.close();
        redis.close();
    }

    @Test
    void comparesAndSets() throws Exception {
        HttpResponse<String> created = service.put("/v1/cache/long/cas", "one");
        String first = etag(created);
        assertThat(etag(service.get("/v1/cache/long/cas"))).isEqualTo(first);
        HttpResponse<String> replaced = put("/v1/cache/long/cas", "two", "If-Match", first);
        assertThat(replaced.statusCode()).isEqualTo(204);
        assertThat(etag(replaced)).isNotEqualTo(first);
        HttpResponse<String> late = put("/v1/cache/long/cas", "three", "If-Match", first);
        assertThat(late.statusCode()).isEqualTo(412);
        assertThat(late.body()).contains("\"code\":\"precondition-failed\"");
        assertThat(put("/v1/cache/long/cas", "x", "If-None-Match", "*").statusCode())
                .isEqualTo(412);
        assertThat(put("/v1/cache/long/cas", "x", "If-None-Match", "\"zz\", " + etag(replaced))
                        .statusCode())
                .isEqualTo(412);
        assertThat(put("/v1/cache/long/cas", "four", "If-Match", first + ", W/" + first + "," + etag(replaced))
                        .statusCode())
                .isEqualTo(204);
        assertThat(put("/v1/cache/long/cas", "x", "If-Match", "W/" + etag(service.get("/v1/cache/long/cas")))
                        .statusCode())
                .isEqualTo(412);
        assertThat(put("/v1/cache/long/cas-none", "x", "If-Match", "*").statusCode())
                .isEqualTo(412);
        assertThat(put("/v1/cache/long/cas-new", "x", "If-None-Match", "*").statusCode())
                .isEqualTo(201);
        assertThat(service.get("/v1/cache/long/cas").body()).isEqualTo("four");
        assertThat(put("/v1/cache/long/cas", "x", "If-Match", "unquoted").statusCode())
                .isEqualTo(400);
        assertThat(send("DELETE", "/v1/cache/long/cas", "If-Match", first).statusCode())
                .isEqualTo(412);
        assertThat(send("DELETE", "/v1/cache/long/cas", "If-Match", etag(service.get("/v1/cache/long/cas")))
                        .statusCode())
                .isEqualTo(204);
        assertThat(service.get("/v1/cache/long/cas").statusCode()).isEqualTo(404);
    }

    @Test
    void oneOfManyWritersWins() throws Exception {
        String seen = etag(service.put("/v1/cache/long/race", "0"));
        List<Integer> statuses = IntStream.range(0, 20)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return put("/v1/cache/long/race", "w" + i, "If-Match", seen)
                                .statusCode();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                }))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(statuses).filteredOn(status -> status == 204).hasSize(1);
        assertThat(statuses).filteredOn(status -> status == 412).hasSize(19);
    }

    @Test
    void answersWithNothingNew() throws Exception {
        String etag = etag(service.put("/v1/cache/long/known", "body"));
        HttpResponse<String> unchanged = send("GET", "/v1/cache/long/known", "If-None-Match", "W/" + etag);
        assertThat(unchanged.statusCode()).isEqualTo(304);
        assertThat(unchanged.body()).isEmpty();
        assertThat(etag(unchanged)).isEqualTo(etag);
        assertThat(unchanged.headers().firstValue("Cache-Control").orElseThrow())
                .matches("private, max-age=\\d+");
        assertThat(send("GET", "/v1/cache/long/known", "If-None-Match", "\"0000000000000000\"")
                        .body())
                .isEqualTo("body");
    }

    @Test
    void saysWhereAValueCameFrom() throws Exception {
        assertThat(cacheStatus(service.get("/v1/cache/long/from"))).isEqualTo("redoubt; fwd=miss");
        service.put("/v1/cache/long/from", "v");
        assertThat(cacheStatus(service.get("/v1/cache/long/from"))).matches("redoubt; hit; ttl=\\d+; detail=redis");
        assertThat(cacheStatus(service.get("/v1/cache/long/from")))
                .matches("redoubt; hit; ttl=\\d+; detail=near; bound=10000");
        assertThat(cacheStatus(send("GET", "/v1/cache/long/from", "Cache-Control", "no-cache")))
                .endsWith("detail=redis");
        HttpResponse<String> head = service.send("HEAD", "/v1/cache/long/from", Service.ALL, null);
        assertThat(cacheStatus(head)).endsWith("detail=near; bound=10000");
        assertThat(head.headers().firstValue("Content-Length")).contains("1");
    }

    @Test
    void keepsToThePolicyOfARegion() throws Exception {
        assertThat(service.put("/v1/cache/policy/k", "x".repeat(1024)).statusCode())
                .isEqualTo(201);
        assertThat(service.put("/v1/cache/policy/k", "x".repeat(1025)).statusCode())
                .isEqualTo(413);
        assertThat(service.put("/v1/cache/policy/k?ttl=1h", "x").statusCode()).isEqualTo(204);
        assertThat(service.put("/v1/cache/policy/k?ttl=61m", "x").statusCode()).isEqualTo(400);
        long shortest = Long.MAX_VALUE;
        long longest = 0;
        for (int i = 0; i < 40; i++) {
            service.put("/v1/cache/policy/jitter" + i, "x");
            String control = service.get("/v1/cache/policy/jitter" + i)
                    .headers()
                    .firstValue("Cache-Control")
                    .orElseThrow();
            assertThat(control).matches("private, max-age=\\d+, stale-if-error=600");
            long left = Long.parseLong(control.replaceAll("private, max-age=(\\d+),.*", "$1"));
            shortest = Math.min(shortest, left);
            longest = Math.max(longest, left);
        }
        assertThat(shortest).isBetween(28L, 45L);
        assertThat(longest).isBetween(45L, 60L);
        JsonNode regions = json(service.get("/v1/cache")).get("regions");
        assertThat(regions.values())
                .filteredOn(region -> region.get("name").asString().equals("policy"))
                .singleElement()
                .hasToString("{\"name\":\"policy\",\"ttl\":\"1m\",\"maxTtl\":\"1h\",\"staleFor\":\"10m\","
                        + "\"jitterPercent\":50,\"maxBytes\":1024}");
    }

    @Test
    void doesNotServeWhatHasExpired() throws Exception {
        service.put("/v1/cache/brief/k", "v");
        assertThat(service.get("/v1/cache/brief/k").statusCode()).isEqualTo(200);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> service.get("/v1/cache/brief/k").statusCode() == 404);
        assertThat(put("/v1/cache/brief/k", "new", "If-None-Match", "*").statusCode())
                .isEqualTo(201);
    }

    @Test
    void counts() throws Exception {
        HttpResponse<String> one = service.send("POST", "/v1/cache/long/n:incr", Service.ALL, null);
        assertThat(one.statusCode()).isEqualTo(200);
        assertThat(one.body()).isEqualTo("1");
        assertThat(service.send("POST", "/v1/cache/long/n:incr?delta=41", Service.ALL, null)
                        .body())
                .isEqualTo("42");
        HttpResponse<String> minus = service.send("POST", "/v1/cache/long/n:incr?delta=-50", Service.ALL, null);
        assertThat(minus.body()).isEqualTo("-8");
        HttpResponse<String> read = service.get("/v1/cache/long/n");
        assertThat(read.body()).isEqualTo("-8");
        assertThat(read.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(etag(read)).isEqualTo(etag(minus));
        service.put("/v1/cache/long/text", "not a number");
        HttpResponse<String> refused = service.send("POST", "/v1/cache/long/text:incr", Service.ALL, null);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("not-a-counter");
        assertThat(service.send("POST", "/v1/cache/long/n:incr?delta=x", Service.ALL, null)
                        .statusCode())
                .isEqualTo(400);
        service.put("/v1/cache/long/most", "9007199254740991");
        assertThat(service.send("POST", "/v1/cache/long/most:incr", Service.ALL, null)
                        .statusCode())
                .isEqualTo(409);
        service.send("POST", "/v1/cache/long/gone:incr?ttl=300ms", Service.ALL, null);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> service.get("/v1/cache/long/gone").statusCode() == 404);
    }

    @Test
    void countsEveryOneOfMany() throws Exception {
        List<CompletableFuture<Integer>> all = IntStream.range(0, 200)
                .mapToObj(_ -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return service.send("POST", "/v1/cache/long/many:incr", Service.ALL, null)
                                .statusCode();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                }))
                .toList();
        assertThat(all).allSatisfy(one -> assertThat(one.join()).isEqualTo(200));
        assertThat(service.get("/v1/cache/long/many").body()).isEqualTo("200");
    }

    @Test
    void deletesByTag() throws Exception {
        assertThat(put("/v1/cache/long/t1", "v", "Cache-Tag", "host-1, all").statusCode())
                .isEqualTo(201);
        put("/v1/cache/long/t2", "v", "Cache-Tag", "all");
        put("/v1/cache/long/t3", "v", "Cache-Tag", "host-3");
        for (int i = 0; i < 2; i++) {
            assertThat(service.get("/v1/cache/long/t1").body()).isEqualTo("v");
            assertThat(service.get("/v1/cache/long/t2").body()).isEqualTo("v");
        }
        assertThat(cacheStatus(service.get("/v1/cache/long/t1"))).contains("detail=near");
        assertThat(service.send("DELETE", "/v1/cache/long?tag=all", Service.ALL, null)
                        .statusCode())
                .isEqualTo(204);
        assertThat(service.get("/v1/cache/long/t1").statusCode()).isEqualTo(404);
        assertThat(service.get("/v1/cache/long/t2").statusCode()).isEqualTo(404);
        assertThat(service.get("/v1/cache/long/t3").body()).isEqualTo("v");
        assertThat(put("/v1/cache/long/t1", "new", "If-None-Match", "*").statusCode())
                .isEqualTo(201);
        assertThat(put("/v1/cache/long/t2", "again", "Cache-Tag", "all").statusCode())
                .isEqualTo(201);
        assertThat(service.get("/v1/cache/long/t2").body()).isEqualTo("again");
        assertThat(put("/v1/cache/long/t2", "v", "Cache-Tag", "a b").statusCode())
                .isEqualTo(400);
        assertThat(service.send("DELETE", "/v1/cache/long", Service.ALL, null).statusCode())
                .isEqualTo(400);
        assertThat(service.send("DELETE", "/v1/cache/short?tag=x", Service.READER, null)
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void readsAndWritesInBulk() throws Exception {
        HttpResponse<String> written = service.send("POST", "/v1/cache/long:mset", Service.ALL, """
                {"entries": [
                  {"key": "b/1", "text": "grün", "contentType": "text/plain"},
                  {"key": "b2", "base64": "AP8=", "ttl": "30s", "tags": ["bulk"]}]}""");
        assertThat(written.statusCode()).isEqualTo(200);
        assertThat(json(written).get("results").values())
                .extracting(one -> one.get("status").asInt())
                .containsExactly(201, 201);
        assertThat(service.get("/v1/cache/long/b%2F1").body()).isEqualTo("grün");
        JsonNode read = json(service.send(
                        "POST", "/v1/cache/long:mget", Service.ALL, "{\"keys\": [\"b2\", \"none\", \"b/1\"]}"))
                .get("results");
        assertThat(read.get(0).get("base64").asString()).isEqualTo("AP8=");
        assertThat(read.get(0).get("ttl").asInt()).isBetween(1, 30);
        assertThat(read.get(1).toString()).isEqualTo("{\"key\":\"none\",\"status\":404,\"code\":\"cache-miss\"}");
        assertThat(read.get(2).get("text").asString()).isEqualTo("grün");
        assertThat(read.get(2).get("contentType").asString()).isEqualTo("text/plain");
        for (String document : List.of("", "[]", "{", "{\"keys\": []}", "{\"keys\": [1]}", "{\"keys\": [\"\"]}")) {
            HttpResponse<String> refused = service.send("POST", "/v1/cache/long:mget", Service.ALL, document);
            assertThat(refused.statusCode()).as(document).isEqualTo(400);
            assertThat(refused.body()).contains("document-invalid");
        }
        assertThat(service.send("POST", "/v1/cache/long:mget", Service.READER, "{\"keys\": [\"a\"]}")
                        .statusCode())
                .isEqualTo(403);
        assertThat(service.send("POST", "/v1/cache/short:mset", Service.READER, "{\"entries\": []}")
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void tellsStatistics() throws Exception {
        Map<String, String> regions = Map.of("hits", "policy");
        service.put("/v1/cache/" + regions.get("hits") + "/s", "12345");
        JsonNode before = json(service.get("/v1/cache/policy:stats"));
        service.get("/v1/cache/policy/s");
        service.get("/v1/cache/policy/s");
        service.get("/v1/cache/policy/absent");
        JsonNode after = json(service.get("/v1/cache/policy:stats"));
        assertThat(grown(before, after, "/hits/redis")).isEqualTo(1);
        assertThat(grown(before, after, "/hits/near")).isEqualTo(1);
        assertThat(grown(before, after, "/misses")).isEqualTo(1);
        assertThat(grown(before, after, "/bytes/read")).isEqualTo(10);
        assertThat(after.at("/near/copies").asLong()).isPositive();
        assertThat(after.at("/near/bytes").asLong()).isPositive();
        String metrics = service.management("/metrics").body();
        assertThat(metrics)
                .containsPattern("redoubt_cache_hits_total\\{region=\"policy\",tier=\"near\"} [1-9]")
                .containsPattern("redoubt_cache_misses_total\\{region=\"policy\"} [1-9]")
                .containsPattern("redoubt_cache_bytes_total\\{direction=\"read\",region=\"policy\"} [1-9]")
                .contains("redoubt_cache_near_evictions_total{region=\"policy\"}")
                .contains("redoubt_cache_loads_total{region=\"policy\"}")
                .contains("redoubt_cache_collapsed_total{region=\"policy\"}");
    }

    @Test
    void runsItsScriptsOnARedisThatHasForgottenThem() throws Exception {
        service.send("POST", "/v1/cache/long/forgotten:incr", Service.ALL, null);
        redis.forgetScripts();
        assertThat(service.send("POST", "/v1/cache/long/forgotten:incr", Service.ALL, null)
                        .body())
                .isEqualTo("2");
    }

    private static long grown(JsonNode before, JsonNode after, String pointer) {
        return after.at(pointer).asLong() - before.at(pointer).asLong();
    }

    private static JsonNode json(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(200);
        return JsonMapper.shared().readTree(response.body());
    }

    private static String etag(HttpResponse<String> response) {
        return response.headers().firstValue("ETag").orElseThrow();
    }

    private static String cacheStatus(HttpResponse<String> response) {
        return response.headers().firstValue("Cache-Status").orElseThrow();
    }

    private static HttpResponse<String> put(String path, String body, String header, String value) throws Exception {
        HttpRequest.Builder request =
                service.request("PUT", path, Service.ALL, body).header(header, value);
        return service.text(request);
    }

    private static HttpResponse<String> send(String method, String path, String header, String value) throws Exception {
        return service.text(service.request(method, path, Service.ALL, null).header(header, value));
    }
}
