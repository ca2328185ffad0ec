package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rate limits against real servers: exact over replicas, honest when Redis is away. */
@ExtendWith(NoLeaks.class)
class LimitsIT {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String EVERYTHING = "user default on nopass ~* &* +@all\n";
    private static final String LIMITS = """
            rateLimits:
            - {name: websocket, capacity: 100, refillPeriod: 1h}
            - {name: fast, capacity: 50, refillPeriod: 2s}
            - {name: closed, capacity: 5, refillPeriod: 1h, whenUnavailable: Closed}
            - {name: open, capacity: 5, refillPeriod: 1h, whenUnavailable: Open}
            """;

    @TempDir
    Path directory;

    /** The engines that are here: those in the PATH, and what the distribution brings. */
    static Stream<String> programs() {
        return Stream.concat(RedisServer.programs().stream(), Stream.of("/usr/bin/redis-server"))
                .filter(program -> !program.startsWith("/") || Files.isExecutable(Path.of(program)))
                .distinct();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void takesPeeksAndResets(String program) throws Exception {
        try (RedisServer redis = RedisServer.started(program, directory.resolve("redis"));
                Service service = Service.with(directory, redis.binding(), LIMITS)) {
            up(service);
            HttpResponse<String> first = take(service, "websocket/alice", "?cost=40");
            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(json(first).get("allowed").asBoolean()).isTrue();
            assertThat(json(first).get("remaining").asLong()).isEqualTo(60);
            assertThat(json(first).get("source").asString()).isEqualTo("redis");
            assertThat(json(first).get("retryAfterMs").asLong()).isZero();
            assertThat(first.headers().firstValue("RateLimit-Policy")).contains("\"websocket\";q=100;w=3600");
            assertThat(first.headers().firstValue("RateLimit")).contains("\"websocket\";r=60;t=1440");
            assertThat(first.headers().firstValue("Cache-Control")).contains("no-store");

            HttpResponse<String> second = take(service, "websocket/alice", "?cost=61");
            assertThat(second.statusCode()).isEqualTo(429);
            assertThat(second.headers().firstValue("Content-Type")).contains("application/problem+json");
            assertThat(json(second).get("code").asString()).isEqualTo("quota-exceeded");
            assertThat(json(second).get("violated-policies").get(0).asString()).isEqualTo("websocket");
            assertThat(json(second).get("remaining").asLong()).isEqualTo(60);
            // One token is 36 s away.
            assertThat(json(second).get("retryAfterMs").asLong()).isBetween(30_000L, 36_000L);
            assertThat(Integer.parseInt(
                            second.headers().firstValue("Retry-After").orElseThrow()))
                    .isBetween(30, 36);

            HttpResponse<String> peek = service.get("/v1/limits/websocket/alice");
            assertThat(peek.statusCode()).isEqualTo(200);
            assertThat(json(peek).get("remaining").asLong()).isEqualTo(60);
            assertThat(json(service.get("/v1/limits/websocket/bob"))
                            .get("remaining")
                            .asLong())
                    .isEqualTo(100);

            assertThat(service.send("DELETE", "/v1/limits/websocket/alice", Service.ALL, null)
                            .statusCode())
                    .isEqualTo(204);
            assertThat(json(service.get("/v1/limits/websocket/alice"))
                            .get("remaining")
                            .asLong())
                    .isEqualTo(100);
            assertThat(json(take(service, "websocket/alice", ""))
                            .get("remaining")
                            .asLong())
                    .isEqualTo(99);
        }
    }

    @Test
    void takesManyAtOnceEachByItself() throws Exception {
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"));
                Service service = Service.with(directory, redis.binding(), LIMITS)) {
            up(service);
            HttpResponse<String> answer = service.send("POST", "/v1/limits:take", Service.ALL, """
                    [{"limit": "closed", "client": "a"}, {"limit": "closed", "client": "a", "cost": 5},
                     {"limit": "none", "client": "a"}, {"limit": "closed", "client": "", "cost": 1},
                     {"limit": "closed", "client": "b", "cost": 6}, {"client": "b"}]""");
            assertThat(answer.statusCode()).isEqualTo(200);
            JsonNode results = json(answer).get("results");
            assertThat(results.valueStream().map(result -> result.get("status").asInt()))
                    .containsExactly(200, 429, 404, 400, 400, 400);
            assertThat(results.get(0).get("remaining").asInt()).isEqualTo(4);
            assertThat(results.get(1).get("remaining").asInt()).isEqualTo(4);
            assertThat(results.get(2).get("code").asString()).isEqualTo("limit-unknown");
            for (String wrong : List.of(
                    "",
                    "{}",
                    "[]",
                    "[1]",
                    "[{\"limit\":\"closed\",\"client\":\"a\",\"cots\":1}]",
                    "[[[[[]]]]]",
                    "[{\"limit\":\"closed\",\"client\":\"a\",\"cost\":1.5}]",
                    "[" + "{\"limit\":\"closed\",\"client\":\"a\"},".repeat(100) + "{}]")) {
                HttpResponse<String> refused = service.send("POST", "/v1/limits:take", Service.ALL, wrong);
                assertThat(refused.statusCode()).as(wrong).isEqualTo(400);
                assertThat(json(refused).get("code").asString()).isEqualTo("body-invalid");
            }
            assertThat(service.send("POST", "/v1/limits:take", Service.ALL, " ".repeat(70_000))
                            .statusCode())
                    .isEqualTo(413);
        }
    }

    /** What comes together is decided in one call, each in its turn: whoever is refused takes nothing, and those after him get what is left. */
    @ParameterizedTest
    @MethodSource("programs")
    void decidesInTheirOrderWhatComesTogether(String program) throws Exception {
        try (RedisServer redis = RedisServer.started(program, directory.resolve("redis"));
                Service service = Service.with(directory, redis.binding(), LIMITS)) {
            up(service);
            HttpResponse<String> answer = service.send("POST", "/v1/limits:take", Service.ALL, """
                    [{"limit": "closed", "client": "a"}, {"limit": "closed", "client": "a"},
                     {"limit": "closed", "client": "b"}, {"limit": "closed", "client": "a", "cost": 4},
                     {"limit": "closed", "client": "a", "cost": 2}, {"limit": "open", "client": "a", "cost": 5},
                     {"limit": "closed", "client": "a"}, {"limit": "closed", "client": "a"},
                     {"limit": "closed", "client": "a"}]""");

            assertThat(json(answer)
                            .get("results")
                            .valueStream()
                            .map(result -> result.get("status").asInt() + " "
                                    + result.get("remaining").asInt()))
                    .containsExactly("200 4", "200 3", "200 4", "429 3", "200 1", "200 0", "200 0", "429 0", "429 0");

            // More buckets than one call has.
            String items = IntStream.range(0, 100)
                    .mapToObj(i -> "{\"limit\": \"closed\", \"client\": \"c" + i % 50 + "\", \"cost\": 3}")
                    .collect(Collectors.joining(",", "[", "]"));
            JsonNode results = json(service.send("POST", "/v1/limits:take", Service.ALL, items))
                    .get("results");
            assertThat(results.valueStream().map(result -> result.get("status").asInt()))
                    .containsExactlyElementsOf(
                            Stream.concat(Collections.nCopies(50, 200).stream(), Collections.nCopies(50, 429).stream())
                                    .toList());
        }
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        try (RedisServer redis = RedisServer.absent(directory.resolve("redis"));
                Service service = Service.with(directory, redis.binding(), LIMITS)) {
            assertRefused(service, "POST", "/v1/limits/websocket/a:take?cost=0", 400, "parameter-invalid");
            assertRefused(service, "POST", "/v1/limits/websocket/a:take?cost=101", 400, "parameter-invalid");
            assertRefused(service, "POST", "/v1/limits/websocket/a:take?cost=-1", 400, "parameter-invalid");
            assertRefused(
                    service, "POST", "/v1/limits/websocket/a:take?cost=" + "9".repeat(20), 400, "parameter-invalid");
            assertRefused(service, "POST", "/v1/limits/websocket/a:take?cots=1", 400, "parameter-invalid");
            assertRefused(service, "GET", "/v1/limits/websocket/a?cost=1", 400, "parameter-invalid");
            assertRefused(service, "POST", "/v1/limits/websocket/:take", 400, "key-invalid");
            assertRefused(service, "POST", "/v1/limits/websocket/" + "a".repeat(513) + ":take", 400, "key-invalid");
            assertRefused(service, "POST", "/v1/limits/nolimit/a:take", 404, "limit-unknown");
            assertRefused(service, "POST", "/v1/limits/websocket/a", 405, "method-not-allowed");
            assertRefused(service, "GET", "/v1/limits/websocket/a:take", 405, "method-not-allowed");
            assertRefused(service, "GET", "/v1/limits:take", 405, "method-not-allowed");
            assertRefused(service, "GET", "/v1/limits/websocket", 404, "not-found");
            assertRefused(service, "GET", "/v1/limits/websocket/a/b", 404, "not-found");
            assertRefused(service, "GET", "/v1/limits", 404, "not-found");
        }
    }

    private static void assertRefused(Service service, String method, String path, int status, String code)
            throws Exception {
        HttpResponse<String> answer = service.send(method, path, Service.ALL, null);
        assertThat(answer.statusCode()).as(path).isEqualTo(status);
        assertThat(json(answer).get("code").asString()).as(path).isEqualTo(code);
        assertThat(service.send(method, path, null, null).statusCode()).as(path).isEqualTo(401);
    }

    @Test
    void isOnlyForWhomItIsGranted() throws Exception {
        try (RedisServer redis = RedisServer.absent(directory.resolve("redis"));
                Service service = Service.with(directory, redis.binding(), LIMITS)) {
            for (String path : List.of("/v1/limits/open/a:take", "/v1/limits/open/a")) {
                String method = path.endsWith(":take") ? "POST" : "GET";
                assertThat(service.send(method, path, Service.NOBODY, null).statusCode())
                        .isEqualTo(403);
                assertThat(service.send(method, path, Service.ALL, null).statusCode())
                        .isEqualTo(200);
            }
            assertThat(service.send("DELETE", "/v1/limits/open/a", Service.NOBODY, null)
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    /** Three replicas and many callers take what the bucket gives by Redis's own clock: not one token more, not one less. */
    @ParameterizedTest
    @MethodSource("programs")
    void isExactOverReplicas(String program) throws Exception {
        try (RedisServer redis = RedisServer.plain(program, directory.resolve("redis"), EVERYTHING);
                Service one = replica(redis, "1");
                Service two = replica(redis, "2");
                Service three = replica(redis, "3");
                Cli cli = new Cli(redis.port())) {
            List<Service> replicas = List.of(one, two, three);
            for (Service replica : replicas) {
                up(replica);
            }
            long before = cli.millis();
            // All of it: so the bucket is not full again, which would waste a refill, before the hammering begins.
            assertThat(take(one, "fast/hot", "?cost=50").statusCode()).isEqualTo(200);
            long begun = cli.millis();
            long allowed = 50 + hammer(replicas, "fast/hot", Duration.ofSeconds(5));
            long after = cli.millis();
            // 50 in 2 s: 1 unit per ms, 40 units per token.
            assertThat(allowed).isLessThanOrEqualTo(50 + (after - before) / 40).isGreaterThan(150);
            ByteBuffer state =
                    ByteBuffer.wrap(cli.get("redoubt:l:fast:50/2000:hot")).order(ByteOrder.LITTLE_ENDIAN);
            long level = (long) state.getDouble();
            long at = (long) state.getDouble();
            // What was there, and what time has brought since the first take, is what was taken and what is left.
            long firstTake = at - (level - 2000 + allowed * 40);
            assertThat(firstTake).isBetween(before, begun);
        }
    }

    /** A clock that is set back must neither give tokens away nor stop the refill. */
    @ParameterizedTest
    @MethodSource("programs")
    void survivesAClockThatIsSetBack(String program) throws Exception {
        try (RedisServer redis = RedisServer.plain(program, directory.resolve("redis"), EVERYTHING);
                Service service = replica(redis, "1");
                Cli cli = new Cli(redis.port())) {
            up(service);
            ByteBuffer ahead = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            ahead.putDouble(0).putDouble((double) (cli.millis() + 3_600_000));
            cli.set("redoubt:l:fast:50/2000:hot", ahead.array());
            assertThat(take(service, "fast/hot", "?cost=50").statusCode()).isEqualTo(429);
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> take(service, "fast/hot", "?cost=50").statusCode() == 200);
        }
    }

    @Test
    void leavesNoKeyWithoutAnExpiryAndLoadsItsScriptAgain() throws Exception {
        try (RedisServer redis = RedisServer.plain("redis-server", directory.resolve("redis"), EVERYTHING);
                Service service = replica(redis, "1");
                Cli cli = new Cli(redis.port())) {
            up(service);
            assertThat(take(service, "websocket/a", "").statusCode()).isEqualTo(200);
            Awaitility.await().atMost(LONG).until(() -> cli.exists("redoubt:replicas"));
            cli.flushScripts();
            assertThat(json(take(service, "websocket/a", "")).get("source").asString())
                    .isEqualTo("redis");
            assertThat(hammer(List.of(service), "websocket/b", Duration.ofSeconds(2)))
                    .isEqualTo(100);
            assertThat(cli.keysWithoutExpiry()).isEmpty();
            // The text of a script goes only to a server that lacks it: two scripts, before and after the flush, and
            // what was on
            // its way meanwhile.
            assertThat(cli.calls("eval")).isBetween(1L, 20L);
            assertThat(cli.calls("evalsha")).isGreaterThan(100);
        }
    }

    /** Values are read on the same connection with tracking on: a bucket that Redis remembered would cost a message for each take. */
    @ParameterizedTest
    @MethodSource("programs")
    void doesNotMakeRedisTrackItsBuckets(String program) throws Exception {
        try (RedisServer redis = RedisServer.plain(program, directory.resolve("redis"), EVERYTHING);
                Service service = replica(redis, "1");
                Cli cli = new Cli(redis.port())) {
            up(service);
            for (int i = 0; i < 50; i++) {
                assertThat(take(service, "websocket/t" + i, "").statusCode()).isEqualTo(200);
            }
            assertThat(cli.exists("redoubt:l:websocket:100/3600000:t49")).isTrue();
            // The set of replicas may be one.
            assertThat(cli.tracked()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void doesWhatThePolicyWantsWhileRedisIsAwayAndIsSharedAgainAfterwards() throws Exception {
        try (RedisServer redis = RedisServer.plain("redis-server", directory.resolve("redis"), EVERYTHING);
                Service one = replica(redis, "1");
                Service two = replica(redis, "2")) {
            up(one);
            up(two);
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> metric(one, "redoubt_replicas").equals("2.0")
                            && metric(two, "redoubt_replicas").equals("2.0"));
            redis.kill();
            Awaitility.await().atMost(LONG).until(() -> one.mode().equals("DEGRADED"));
            HttpResponse<String> local = take(one, "websocket/a", "?cost=50");
            assertThat(local.statusCode()).isEqualTo(200);
            assertThat(json(local).get("source").asString()).isEqualTo("local");
            assertThat(take(one, "websocket/a", "").statusCode()).isEqualTo(429);
            HttpResponse<String> tooMuch = take(one, "websocket/b", "?cost=51");
            assertThat(tooMuch.statusCode()).isEqualTo(503);
            assertThat(json(tooMuch).get("code").asString()).isEqualTo("temporary-reduced-capacity");
            HttpResponse<String> open = take(one, "open/a", "?cost=5");
            assertThat(open.statusCode()).isEqualTo(200);
            assertThat(json(open).get("source").asString()).isEqualTo("open");
            assertThat(open.headers().firstValue("RateLimit")).isEmpty();
            HttpResponse<String> closed = take(one, "closed/a", "");
            assertThat(closed.statusCode()).isEqualTo(503);
            assertThat(closed.headers().firstValue("Retry-After")).contains("1");
            assertThat(one.send("DELETE", "/v1/limits/websocket/a", Service.ALL, null)
                            .statusCode())
                    .isEqualTo(503);
            redis.start();
            up(one);
            assertThat(json(take(one, "websocket/a", "")).get("source").asString())
                    .isEqualTo("redis");
        }
    }

    private Service replica(RedisServer redis, String name) throws Exception {
        return Service.start(
                directory.resolve(name),
                """
                http: {port: 0}
                management: {port: 0}
                logging: {format: text}
                shutdown: {drain: 0s, grace: 5s}
                redis: {commandTimeout: 5s}
                eventLoops: 2
                """ + Service.REGIONS_AND_CLIENTS + LIMITS,
                Map.of("REDIS_URL", "redis://localhost:" + redis.port()));
    }

    private static void up(Service service) {
        Awaitility.await().atMost(LONG).until(() -> service.mode().equals("NORMAL"));
    }

    private static HttpResponse<String> take(Service service, String bucket, String query) throws Exception {
        return service.send("POST", "/v1/limits/" + bucket + ":take" + query, Service.ALL, null);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private static String metric(Service service, String name) throws Exception {
        HttpRequest scrape = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + service.managementPort() + "/metrics"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(scrape, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .map(line -> line.substring(name.length() + 1))
                    .findFirst()
                    .orElse("");
        }
    }

    /** Takes as fast as nine callers can, for some time; how many takes were allowed. Any answer but 200 and 429 is a failure. */
    private static long hammer(List<Service> replicas, String bucket, Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        List<Callable<Long>> callers = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            Service replica = replicas.get(i % replicas.size());
            callers.add(() -> {
                long allowed = 0;
                while (System.nanoTime() < end) {
                    int status = take(replica, bucket, "").statusCode();
                    assertThat(status).isIn(200, 429);
                    allowed += status == 200 ? 1 : 0;
                }
                return allowed;
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long allowed = 0;
            for (Future<Long> caller : threads.invokeAll(callers)) {
                allowed += caller.get();
            }
            return allowed;
        }
    }

    /** What an administrator sees. */
    private static final class Cli implements AutoCloseable {
        private final RedisClient client;
        private final StatefulRedisConnection<byte[], byte[]> connection;

        Cli(int port) {
            client = RedisClient.create(RedisURI.create("localhost", port));
            connection = client.connect(ByteArrayCodec.INSTANCE);
        }

        long millis() {
            List<byte[]> time = connection.sync().time();
            return Long.parseLong(new String(time.get(0), StandardCharsets.US_ASCII)) * 1000
                    + Long.parseLong(new String(time.get(1), StandardCharsets.US_ASCII)) / 1000;
        }

        byte[] get(String key) {
            return connection.sync().get(key.getBytes(StandardCharsets.UTF_8));
        }

        void set(String key, byte[] value) {
            connection.sync().set(key.getBytes(StandardCharsets.UTF_8), value);
        }

        boolean exists(String key) {
            return connection.sync().exists(key.getBytes(StandardCharsets.UTF_8)) == 1;
        }

        void flushScripts() {
            connection.sync().scriptFlush();
        }

        List<String> keysWithoutExpiry() {
            return connection.sync().keys("*").stream()
                    .filter(key -> connection.sync().pttl(key) < 0)
                    .map(key -> new String(key, StandardCharsets.UTF_8))
                    .toList();
        }

        long tracked() {
            return connection
                    .sync()
                    .info("stats")
                    .lines()
                    .filter(line -> line.startsWith("tracking_total_keys:"))
                    .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
                    .sum();
        }

        long calls(String command) {
            return connection
                    .sync()
                    .info("commandstats")
                    .lines()
                    .filter(line -> line.startsWith("cmdstat_" + command + ":calls="))
                    .mapToLong(line -> Long.parseLong(line.split("[=,]", 3)[1]))
                    .sum();
        }

        @Override
        public void close() {
            connection.close();
            client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        }
    }
}
