package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two replicas with one Redis: writes on one, reads on the other. */
@ExtendWith(NoLeaks.class)
class NearCacheIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What a read may be late by: the bound of the setting. */
    private static final Duration BOUND = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    private RedisServer redis;
    private Service writer;
    private Service reader;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.started("redis-server", directory.resolve("redis"));
        writer = replica("writer", "");
        reader = replica("reader", "");
    }

    private Service replica(String name, String more) throws Exception {
        Service service = Service.withRegions(
                directory.resolve(name),
                redis.binding(),
                "- {name: graceful, ttl: 1m, staleFor: 10m}\n",
                "nearCache: {maxStale: " + BOUND.toMillis() + "ms}\n" + more);
        Awaitility.await().atMost(PATIENCE).until(() -> service.mode().equals("NORMAL"));
        return service;
    }

    @AfterEach
    void stop() throws Exception {
        writer.close();
        reader.close();
        redis.close();
    }

    @Test
    void noReadIsLaterThanTheBound() throws Exception {
        AtomicInteger near = readWhileWriting(300, () -> {});
        assertThat(near.get()).as("reads from the near cache").isPositive();
    }

    @Test
    void noReadIsLaterThanTheBoundWhileTheLinkIsKilledAHundredTimes() throws Exception {
        AtomicInteger kills = new AtomicInteger();
        readWhileWriting(100, () -> {
            redis.admin("CLIENT", "KILL", "USER", "service");
            kills.incrementAndGet();
            return;
        });
        assertThat(kills.get()).isEqualTo(100);
        Awaitility.await().atMost(PATIENCE).until(() -> near(reader, "/v1/cache/long/k"));
    }

    private interface Disturbance {
        void happen() throws Exception;
    }

    /**
     * One writes 1, 2, 3 …, four read at the same time, so that values are read just as they change. A read that begins later than the
     * bound after a write was answered must not see an older value.
     */
    private AtomicInteger readWhileWriting(int writes, Disturbance afterEach) throws Exception {
        Map<Long, Long> answeredAt = new ConcurrentHashMap<>();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger near = new AtomicInteger();
        AtomicReference<String> wrong = new AtomicReference<>();
        CompletableFuture<?>[] readers = new CompletableFuture<?>[4];
        for (int i = 0; i < readers.length; i++) {
            readers[i] = CompletableFuture.runAsync(() -> {
                while (!done.get() && wrong.get() == null) {
                    long begun = System.nanoTime();
                    HttpResponse<String> read = get(reader, "/v1/cache/long/k");
                    if (read.statusCode() != 200) {
                        continue;
                    }
                    if (read.headers().firstValue("Cache-Status").orElse("").contains("detail=near")) {
                        near.incrementAndGet();
                    }
                    long seen = Long.parseLong(read.body());
                    answeredAt.forEach((written, at) -> {
                        if (written > seen && begun - at > BOUND.toNanos()) {
                            wrong.set("read " + seen + ", but " + written + " was written "
                                    + TimeUnit.NANOSECONDS.toMillis(begun - at) + " ms before; "
                                    + read.headers().map());
                        }
                    });
                }
            });
        }
        for (int i = 1; i <= writes; i++) {
            long value = i;
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> put(value) < 300);
            answeredAt.put(value, System.nanoTime());
            answeredAt.remove(value - 50);
            afterEach.happen();
        }
        Awaitility.await("the last value is seen")
                .atMost(PATIENCE)
                .until(() -> get(reader, "/v1/cache/long/k").body().equals(String.valueOf(writes)));
        done.set(true);
        CompletableFuture.allOf(readers).get(30, TimeUnit.SECONDS);
        assertThat(wrong.get()).isNull();
        return near;
    }

    private int put(long value) throws Exception {
        return writer.put("/v1/cache/long/k", String.valueOf(value)).statusCode();
    }

    @Test
    void dropsWhatOthersDelete() throws Exception {
        writer.put("/v1/cache/long/gone", "v");
        Awaitility.await().atMost(PATIENCE).until(() -> near(reader, "/v1/cache/long/gone"));
        writer.send("DELETE", "/v1/cache/long/gone", Service.ALL, null);
        Awaitility.await()
                .atMost(BOUND.multipliedBy(2))
                .until(() -> reader.get("/v1/cache/long/gone").statusCode() == 404);
        writer.put("/v1/cache/long/flushed", "v");
        Awaitility.await().atMost(PATIENCE).until(() -> near(reader, "/v1/cache/long/flushed"));
        redis.admin("FLUSHALL");
        Awaitility.await()
                .atMost(BOUND.multipliedBy(2))
                .until(() -> reader.get("/v1/cache/long/flushed").statusCode() == 404);
    }

    @Test
    void servesStaleWhileRedisIsGoneAndTheRegionSaysSo() throws Exception {
        writer.put("/v1/cache/graceful/k", "v");
        writer.put("/v1/cache/long/k", "v");
        Awaitility.await().atMost(PATIENCE).until(() -> near(reader, "/v1/cache/graceful/k"));
        Awaitility.await().atMost(PATIENCE).until(() -> near(reader, "/v1/cache/long/k"));
        redis.kill();
        Awaitility.await().atMost(PATIENCE).until(() -> reader.mode().equals("DEGRADED"));
        HttpResponse<String> stale = reader.get("/v1/cache/graceful/k");
        assertThat(stale.statusCode()).isEqualTo(200);
        assertThat(stale.body()).isEqualTo("v");
        assertThat(stale.headers().firstValue("Cache-Status").orElseThrow()).endsWith("detail=stale-redis-down");
        assertThat(reader.get("/v1/cache/long/k").statusCode()).isEqualTo(503);
        assertThat(reader.get("/v1/cache/graceful/never").statusCode()).isEqualTo(503);
        assertThat(reader.send("DELETE", "/v1/cache/graceful/k", Service.ALL, null)
                        .statusCode())
                .as("done as soon as Redis is back")
                .isEqualTo(202);
        assertThat(reader.get("/v1/cache/graceful/k").statusCode())
                .as("a copy that this replica was told to delete")
                .isEqualTo(503);
        redis.start();
        Awaitility.await().atMost(PATIENCE).until(() -> reader.mode().equals("NORMAL"));
        assertThat(reader.get("/v1/cache/graceful/k").statusCode()).isEqualTo(404);
    }

    @Test
    void keepsToItsMemory() throws Exception {
        reader.close();
        reader = Service.withRegions(
                directory.resolve("small"), redis.binding(), "", "nearCache: {maxBytes: 100KiB, maxStale: 1s}\n");
        Awaitility.await().atMost(PATIENCE).until(() -> reader.mode().equals("NORMAL"));
        for (int i = 0; i < 200; i++) {
            writer.put("/v1/cache/long/many" + i, "x".repeat(2000));
            reader.get("/v1/cache/long/many" + i);
        }
        JsonNode near = JsonMapper.shared()
                .readTree(reader.get("/v1/cache/long:stats").body())
                .get("near");
        assertThat(near.get("bytes").asLong()).isBetween(1L, 100L * 1024);
        assertThat(near.get("evictions").asLong()).isPositive();
    }

    @Test
    void isOffWhereTheUserMayNotTrack() throws Exception {
        redis.admin("ACL", "SETUSER", "service", "-client|tracking");
        redis.admin("CLIENT", "KILL", "USER", "service");
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> reader.status().at("/nearCache/why").asString("").contains("NOPERM"));
        assertThat(reader.status().at("/nearCache/on").asBoolean(true)).isFalse();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> writer.put("/v1/cache/long/off", "v").statusCode() < 300);
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> read = reader.get("/v1/cache/long/off");
            assertThat(read.headers().firstValue("Cache-Status").orElseThrow()).endsWith("detail=redis");
        }
    }

    private static boolean near(Service service, String path) {
        return get(service, path)
                .headers()
                .firstValue("Cache-Status")
                .orElse("")
                .contains("detail=near");
    }

    private static HttpResponse<String> get(Service service, String path) {
        try {
            return service.get(path);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
