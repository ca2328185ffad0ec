package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** One loader across replicas. */
@ExtendWith(NoLeaks.class)
class LeaseIT {

    private static final int REPLICAS = 3;
    private static final int CALLERS = 500;

    private static RedisServer redis;
    private static final List<Service> REPLICAS_OF_IT = new ArrayList<>();

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        redis = RedisServer.started("redis-server", directory.resolve("redis"));
        for (int i = 0; i < REPLICAS; i++) {
            Service service = Service.withRegions(
                    directory.resolve("replica-" + i),
                    redis.binding(),
                    "- {name: graceful, ttl: 300ms, staleFor: 10m}\n",
                    "");
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> service.mode()
                    .equals("NORMAL"));
            REPLICAS_OF_IT.add(service);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        REPLICAS_OF_IT.forEach(Service::close);
        redis.close();
    }

    @Test
    void oneOfFiveHundredCallersLoads() throws Exception {
        String path = "/v1/cache/long/stampede";
        AtomicInteger loads = new AtomicInteger();
        CountDownLatch ready = new CountDownLatch(CALLERS);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> values = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                Service replica = REPLICAS_OF_IT.get(i % REPLICAS);
                values.add(callers.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return value(replica, path, loads);
                }));
            }
            for (Future<String> value : values) {
                assertThat(value.get(120, TimeUnit.SECONDS)).isEqualTo("loaded");
            }
        }
        assertThat(loads.get()).isEqualTo(1);
    }

    /** What a client does: read; load and store if it is the one; else come again. */
    private static String value(Service replica, String path, AtomicInteger loads) throws Exception {
        for (int attempt = 0; attempt < 100; attempt++) {
            HttpResponse<String> read = replica.get(path + "?lease=30s&wait=5s");
            if (read.statusCode() == 200) {
                return read.body();
            }
            String lease = read.headers().firstValue("Cache-Lease").orElse(null);
            if (lease != null) {
                loads.incrementAndGet();
                assertThat(store(replica, path, "loaded", lease)).isEqualTo(201);
                return "loaded";
            }
            assertThat(read.statusCode()).isIn(404, 503);
        }
        throw new AssertionError("no value");
    }

    private static int store(Service replica, String path, String value, String lease) throws Exception {
        return replica.text(replica.request("PUT", path, Service.ALL, value).header("Cache-Lease", lease))
                .statusCode();
    }

    @Test
    void aDeleteDuringTheLoadMakesTheLatePutFail() throws Exception {
        Service one = REPLICAS_OF_IT.get(0);
        Service other = REPLICAS_OF_IT.get(1);
        String lease = lease(one, "/v1/cache/long/deleted");
        other.send("DELETE", "/v1/cache/long/deleted", Service.ALL, null);
        HttpResponse<String> late = one.text(
                one.request("PUT", "/v1/cache/long/deleted", Service.ALL, "old").header("Cache-Lease", lease));
        assertThat(late.statusCode()).isEqualTo(412);
        assertThat(late.body()).contains("\"code\":\"lease-lost\"");
        assertThat(one.get("/v1/cache/long/deleted").statusCode()).isEqualTo(404);
    }

    @Test
    void aValueThatWasStoredMeanwhileIsNotOverwritten() throws Exception {
        Service one = REPLICAS_OF_IT.get(0);
        String lease = lease(one, "/v1/cache/long/stored");
        REPLICAS_OF_IT.get(2).put("/v1/cache/long/stored", "newer");
        assertThat(store(one, "/v1/cache/long/stored", "older", lease)).isEqualTo(412);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> one.get("/v1/cache/long/stored").body().equals("newer"));
    }

    @Test
    void aLeaseExpires() throws Exception {
        Service one = REPLICAS_OF_IT.get(0);
        HttpResponse<String> first = one.get("/v1/cache/long/expired?lease=200ms");
        String lease = first.headers().firstValue("Cache-Lease").orElseThrow();
        HttpResponse<String> busy = one.get("/v1/cache/long/busy?lease=30s");
        assertThat(busy.headers().firstValue("Cache-Lease")).isPresent();
        HttpResponse<String> second = REPLICAS_OF_IT.get(1).get("/v1/cache/long/busy?lease=30s");
        assertThat(second.statusCode()).isEqualTo(404);
        assertThat(second.headers().firstValue("Cache-Lease")).isEmpty();
        assertThat(second.headers().firstValue("Retry-After")).contains("1");
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> REPLICAS_OF_IT
                .get(1)
                .get("/v1/cache/long/expired?lease=30s")
                .headers()
                .firstValue("Cache-Lease")
                .isPresent());
        assertThat(store(one, "/v1/cache/long/expired", "late", lease)).isEqualTo(412);
    }

    @Test
    void theOthersGetTheStaleValueMeanwhile() throws Exception {
        Service one = REPLICAS_OF_IT.get(0);
        one.put("/v1/cache/graceful/k", "old");
        String lease = Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(
                        () -> one.get("/v1/cache/graceful/k?lease=30s")
                                .headers()
                                .firstValue("Cache-Lease")
                                .orElse(""),
                        token -> !token.isEmpty());
        HttpResponse<String> stale = REPLICAS_OF_IT.get(1).get("/v1/cache/graceful/k?lease=30s&wait=5s");
        assertThat(stale.statusCode()).isEqualTo(200);
        assertThat(stale.body()).isEqualTo("old");
        assertThat(stale.headers().firstValue("Cache-Status").orElseThrow()).endsWith("detail=stale-loading");
        assertThat(store(one, "/v1/cache/graceful/k", "new", lease)).isIn(201, 204);
    }

    private static String lease(Service service, String path) throws Exception {
        return service.get(path + "?lease=30s")
                .headers()
                .firstValue("Cache-Lease")
                .orElseThrow();
    }
}
