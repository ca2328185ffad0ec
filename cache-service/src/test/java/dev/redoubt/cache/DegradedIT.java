package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of trouble with a real Redis: what each operation answers meanwhile, and that all is well again afterwards. */
@ExtendWith(NoLeaks.class)
class DegradedIT {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void answersEveryKindOfTroubleAsItShould() throws Exception {
        try (Trouble trouble = new Trouble("redis-server", directory.resolve("redis"));
                Service service = service(trouble, "")) {
            for (Trouble.Kind kind : trouble.kinds(Duration.ofSeconds(4))) {
                awaitNormal(service);
                assertThat(service.put("/v1/cache/long/there", "value").statusCode())
                        .isIn(201, 204);
                check(kind, service);
            }
        }
    }

    private static void check(Trouble.Kind kind, Service service) throws Exception {
        try (Probing probing = new Probing(service.port(), 10)) {
            Thread.sleep(500);
            kind.begins().happens();
            long begun = System.nanoTime();
            Thread.sleep(3_000);
            long ended = System.nanoTime();
            kind.ends().happens();
            awaitNormal(service);
            assertPending(service, 0);
            Probing.Figures meanwhile = probing.between(begun, ended);
            Map<Probing.Asked, Map<Integer, Long>> statuses = meanwhile.statuses();
            String what = kind.name() + ": " + meanwhile;
            System.out.println(what);
            // A miss is never taken for an outage, nor an outage for a miss. (What a restart without persistence or
            // FLUSHALL has
            // taken away is a miss.)
            boolean forgets = kind.name().contains("start") || kind.name().equals("FLUSHALL");
            assertThat(statuses.get(Probing.Asked.GET).keySet())
                    .as(what)
                    .isSubsetOf(forgets ? Set.of(200, 404, 503) : Set.of(200, 503));
            assertThat(statuses.get(Probing.Asked.MISS).keySet()).as(what).isSubsetOf(404, 503);
            assertThat(statuses.get(Probing.Asked.PUT).keySet()).as(what).isSubsetOf(201, 204, 503, 507);
            assertThat(statuses.get(Probing.Asked.DELETE).keySet()).as(what).isSubsetOf(202, 204);
            assertThat(statuses.get(Probing.Asked.TAKE).keySet()).as(what).isSubsetOf(200);
            for (Probing.Asked asked : Probing.Asked.values()) {
                assertThat(statuses.get(asked)).as(what).isNotEmpty();
            }
            long[] settled = {begun + Duration.ofSeconds(1).toNanos(), ended};
            Probing.Figures later = probing.between(settled[0], settled[1]);
            if (kind.name().startsWith("OOM")) {
                assertThat(later.statuses().get(Probing.Asked.PUT).keySet())
                        .as(what)
                        .containsExactly(507);
                assertThat(later.statuses().get(Probing.Asked.GET).keySet())
                        .as(what)
                        .containsExactly(200);
                assertThat(later.statuses().get(Probing.Asked.DELETE).keySet())
                        .as(what)
                        .containsExactly(204);
            } else if (kind.name().startsWith("READONLY") || kind.name().startsWith("MISCONF")) {
                assertThat(later.statuses().get(Probing.Asked.PUT).keySet())
                        .as(what)
                        .containsExactly(503);
                assertThat(later.statuses().get(Probing.Asked.DELETE).keySet())
                        .as(what)
                        .containsExactly(202);
                // Each loop looks once whether the address leads to another server by now, when it meets its first
                // READONLY.
                assertThat(later.statuses().get(Probing.Asked.GET).get(200))
                        .as(what)
                        .isGreaterThan(
                                9 * later.statuses().get(Probing.Asked.GET).getOrDefault(503, 0L));
            }
            // Nobody waits for a timeout, however busy the machine is; bench/outage measures how fast it is on one that
            // is not.
            assertThat(later.millis(0.5)).as(what).isLessThan(250);
        }
        assertThat(service.get("/v1/cache/long/deleted").statusCode()).isEqualTo(404);
    }

    /** A delete whose answer comes too late waits, too, though Redis was never away and so never comes back. */
    @Test
    void carriesOutDeletesThatWereOnlyLate() throws Exception {
        try (Trouble trouble = new Trouble("redis-server", directory.resolve("redis"));
                Service service = service(trouble, "")) {
            Trouble.Kind latency = trouble.kinds(Duration.ZERO).stream()
                    .filter(kind -> kind.name().equals("300 ms more latency"))
                    .findFirst()
                    .orElseThrow();
            for (int i = 0; i < 3; i++) {
                awaitNormal(service);
                try (Probing _ = new Probing(service.port(), 10)) {
                    Thread.sleep(500);
                    latency.begins().happens();
                    Thread.sleep(700);
                    latency.ends().happens();
                }
                awaitNormal(service);
                assertPending(service, 0);
            }
        }
    }

    /** What was to be deleted while Redis was away is gone before anybody can read it again. */
    @Test
    void carriesOutDeletesBeforeAnythingElse() throws Exception {
        try (Trouble trouble = new Trouble("redis-server", directory.resolve("redis"));
                Service service = service(trouble, "degraded: {pendingDeletes: 400}\n")) {
            awaitNormal(service);
            for (int i = 0; i < 150; i++) {
                assertThat(service.put("/v1/cache/long/k" + i, "old").statusCode())
                        .isEqualTo(201);
            }
            Trouble.Kind freeze = trouble.kinds(Duration.ZERO).get(1);
            freeze.begins().happens();
            Awaitility.await().atMost(LONG).until(() -> service.mode().equals("DEGRADED"));
            for (int i = 0; i < 150; i++) {
                assertThat(service.send("DELETE", "/v1/cache/long/k" + i, Service.ALL, null)
                                .statusCode())
                        .isEqualTo(202);
                assertThat(service.send("DELETE", "/v1/cache/long/k" + i, Service.ALL, null)
                                .statusCode())
                        .isEqualTo(202);
            }
            // Each with the lease to load it.
            assertPending(service, 300);
            for (int i = 150; i < 200; i++) {
                service.send("DELETE", "/v1/cache/long/k" + i, Service.ALL, null);
            }
            assertThat(service.send("DELETE", "/v1/cache/long/one-too-many", Service.ALL, null)
                            .statusCode())
                    .isEqualTo(503);
            freeze.ends().happens();
            Set<Integer> seen = new HashSet<>();
            Awaitility.await().atMost(LONG).until(() -> {
                int status = service.get("/v1/cache/long/k149").statusCode();
                seen.add(status);
                return status == 404;
            });
            assertThat(seen).isSubsetOf(404, 503);
            awaitNormal(service);
            assertPending(service, 0);
        }
    }

    @Test
    void saysInOneLineEachWhatHappens() throws Exception {
        try (Trouble trouble = new Trouble("redis-server", directory.resolve("redis"));
                Service service = service(trouble, "")) {
            awaitNormal(service);
            Trouble.Kind full = trouble.kinds(Duration.ZERO).get(7);
            full.begins().happens();
            assertThat(service.put("/v1/cache/long/k", "v").statusCode()).isEqualTo(507);
            Awaitility.await().atMost(LONG).until(() -> service.mode().equals("DEGRADED"));
            assertThat(service.status().get("why").asString()).contains("is full and may not evict");
            assertThat(service.status()
                            .get("redis")
                            .get("affected")
                            .valueStream()
                            .map(one -> one.asString()))
                    .containsExactly("writes", "limits");
            assertThat(service.status().get("redis").get("connected").asBoolean())
                    .isTrue();
            assertThat(service.status().get("redis").get("reason").asString()).isEqualTo("MemoryFull");
            assertThat(service.management("/metrics").body())
                    .contains("redoubt_mode{link=\"redis\",mode=\"degraded\"} 1.0");
            full.ends().happens();
            awaitNormal(service);
            assertThat(service.management("/metrics").body())
                    .contains("redoubt_mode{link=\"redis\",mode=\"normal\"} 1.0")
                    .containsPattern("redoubt_mode_seconds_total\\{link=\"redis\",mode=\"degraded\"} [0-9.E-]*[1-9]");
        }
    }

    private Service service(Trouble trouble, String more) throws Exception {
        return Service.start(
                directory.resolve("service"),
                """
                http: {port: 0}
                management: {port: 0}
                logging: {format: text}
                shutdown: {drain: 0s, grace: 5s}
                redis: {connectTimeout: 1s}
                eventLoops: 2
                rateLimits: [{name: probe, capacity: 1000000, refillPeriod: 1s}]
                """ + Service.REGIONS_AND_CLIENTS + more,
                Map.of("REDIS_URL", trouble.url()));
    }

    private static void awaitNormal(Service service) {
        Awaitility.await().atMost(LONG).until(() -> service.mode().equals("NORMAL"));
    }

    private static void assertPending(Service service, int keys) throws Exception {
        assertThat(service.management("/metrics").body()).contains("redoubt_pending_deletes " + (double) keys);
    }
}
