package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What is measured is on the page, what is on the page is measured. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MetricsIT {

    private static final TokenIssuer CLUSTER = TokenIssuer.rsa("cluster");
    private static final Path DOCUMENTATION = Path.of("../docs");
    private static final Pattern METER = Pattern.compile("redoubt_[a-z_]+");

    private RedisServer redis;
    private Service service;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        redis = RedisServer.started("redis-server", directory.resolve("redis"));
        Path keys = Files.writeString(directory.resolve("jwks.json"), TokenIssuer.jwks(CLUSTER));
        service =
                Service.with(directory, redis.binding(), """
                - {name: app, serviceAccount: {namespace: shop, name: app}, read: [long]}
                rateLimits: [{name: websocket, capacity: 100, refillPeriod: 1h}]
                limits: {pipelined: 4}
                tokens: {issuer: %s, audiences: [%s], keys: %s, cacheSize: 2}
                """.formatted(TokenIssuer.ISSUER, TokenIssuer.AUDIENCE, keys));
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.mode()
                .equals("NORMAL"));
        // Those of requests come into being with the first of them.
        service.get("/v1/cache/long/k");
        service.send("POST", "/v1/limits/websocket/alice:take", Service.ALL, null);
    }

    @AfterAll
    void end() {
        service.close();
        redis.close();
    }

    @Test
    void thePageHasEveryMeterThatThereIsAndNoOther() throws Exception {
        Set<String> measured = Pattern.compile("(?m)^# TYPE (redoubt_\\w+)")
                .matcher(service.management("/metrics").body())
                .results()
                .map(match -> match.group(1))
                .filter(name -> !name.endsWith("_max"))
                .collect(Collectors.toCollection(TreeSet::new));
        String page = Files.readString(DOCUMENTATION.resolve("cache-service.md"));
        Set<String> told = page.substring(page.indexOf("**Metrics**"))
                .lines()
                .filter(line -> line.startsWith("| `redoubt_"))
                .flatMap(line -> METER.matcher(line.split("\\|", -1)[1]).results())
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(told).isEqualTo(measured);
    }

    @Test
    void otherPagesNameOnlyMetersThatThereAre() throws Exception {
        String metrics = service.management("/metrics").body();
        for (String page : new String[] {"access.md", "degraded-mode.md", "limits.md"}) {
            METER.matcher(Files.readString(DOCUMENTATION.resolve(page)))
                    .results()
                    .map(MatchResult::group)
                    .forEach(meter -> assertThat(metrics).as(page).contains(meter));
        }
    }

    @Test
    void countsWhatIsRememberedOfTokens() throws Exception {
        double hits = metric("redoubt_token_cache_hits_total");
        double misses = metric("redoubt_token_cache_misses_total");
        String token = CLUSTER.token("shop", "app");
        for (int i = 0; i < 3; i++) {
            // A connection of its own each time: one that repeats its header needs no look.
            try (RawClient client = new RawClient(service.port())) {
                client.send(
                        "GET /v1/cache/long/none HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n");
                assertThat(client.read().status()).isEqualTo(404);
            }
        }
        assertThat(metric("redoubt_token_cache_misses_total")).isEqualTo(misses + 1);
        assertThat(metric("redoubt_token_cache_hits_total")).isEqualTo(hits + 2);
        assertThat(metric("redoubt_token_cache_size{verdict=\"proven\"}")).isEqualTo(1);
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> refused = service.send("GET", "/v1/status", CLUSTER.token("shop", "app") + i, null);
            assertThat(refused.statusCode()).isEqualTo(401);
        }
        assertThat(metric("redoubt_token_cache_size{verdict=\"refused\"}")).isLessThanOrEqualTo(2);
        assertThat(metric("redoubt_token_cache_evictions_total")).isEqualTo(3);
        assertThat(metric("redoubt_token_queue")).isZero();
    }

    @Test
    void tellsOfRequestsThatWaitAndOfConnectionsThatAreNotReadMeanwhile() throws Exception {
        try (RawClient client = new RawClient(service.port())) {
            service.get("/v1/cache/long/slow?lease=30s");
            for (int i = 0; i < 6; i++) {
                client.send(RawClient.head("GET", "/v1/cache/long/slow?lease=30s&wait=10s"));
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(9))
                    .until(() -> metric("redoubt_http_pending") == 4 && metric("redoubt_http_connections_paused") == 1);
            service.put("/v1/cache/long/slow", "v");
            for (int i = 0; i < 6; i++) {
                assertThat(client.read().status()).isEqualTo(200);
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(9))
                    .until(() -> metric("redoubt_http_pending") == 0 && metric("redoubt_http_connections_paused") == 0);
        }
    }

    private double metric(String name) throws Exception {
        return service.management("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name));
    }
}
