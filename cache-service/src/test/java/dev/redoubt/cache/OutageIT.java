package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a client sees when Redis is away: the truth, at once, and service again without anybody's help. */
@ExtendWith(NoLeaks.class)
class OutageIT {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String QUICK = "250ms";

    @TempDir
    Path directory;

    @Test
    void startsWithoutRedisAndFindsItWhenItComes() throws Exception {
        try (RedisServer redis = RedisServer.absent(directory.resolve("redis"));
                Service service = Service.with(directory, redis.binding(), QUICK, "")) {
            Awaitility.await().atMost(LONG).until(() -> service.reason().equals("ConnectionRefused"));
            assertUnavailable(service);
            assertThat(service.send("GET", "/livez", null, null).statusCode()).isEqualTo(200);
            // Ready when each connection has failed once: the first failure is the one that is told.
            Awaitility.await().atMost(LONG).until(service::ready);
            assertThat(service.status().get("why").asString())
                    .isEqualTo("nothing listens at localhost:" + redis.port());
            redis.start();
            assertRecovers(service);
        }
    }

    /** Nothing refuses and nothing answers: the system makes the connection, and the frozen server never says a word. */
    @Test
    void isReadyAfterAWhileThoughRedisNeitherAnswersNorRefuses() throws Exception {
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"))) {
            redis.pause();
            try (Service service =
                    Service.start(directory, """
                    redis: {binding: %s, connectTimeout: 1m}
                    http: {port: 0}
                    management: {port: 0}
                    startup: {patience: 4s}
                    shutdown: {drain: 0s}
                    """.formatted(redis.binding()) + Service.REGIONS_AND_CLIENTS, Map.of())) {
                assertThat(service.ready()).isFalse();
                Awaitility.await().atMost(LONG).until(service::ready);
                assertUnavailable(service);
            }
        }
    }

    @Test
    void answersAtOnceWhenRedisIsKilledAndComesBack() throws Exception {
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"));
                Service service = Service.with(directory, redis.binding(), QUICK, "")) {
            assertRecovers(service);
            redis.kill();
            Awaitility.await().atMost(LONG).until(() -> service.mode().equals("DEGRADED"));
            assertUnavailable(service);
            redis.start();
            assertRecovers(service);
        }
    }

    @Test
    void doesNotWaitForARedisThatHangs() throws Exception {
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"));
                Service service = Service.with(directory, redis.binding(), QUICK, "")) {
            assertRecovers(service);
            redis.pause();
            // The first to meet it waits for the command timeout, nobody after that.
            long started = System.nanoTime();
            assertThat(service.get("/v1/cache/long/a").statusCode()).isEqualTo(503);
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(2));
            Awaitility.await().atMost(LONG).until(() -> service.reason().equals("NotAnswering"));
            assertUnavailable(service);
            redis.resume();
            assertRecovers(service);
        }
    }

    @Test
    void givesUpAConnectionThatStaysSilent() throws Exception {
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"));
                Service service = Service.start(
                        directory, """
                        redis: {binding: %s, stallLimit: 1s, connectTimeout: 500ms}
                        http: {port: 0}
                        management: {port: 0}
                        shutdown: {drain: 0s}
                        """.formatted(redis.binding()) + Service.REGIONS_AND_CLIENTS, Map.of())) {
            assertRecovers(service);
            redis.pause();
            Awaitility.await().atMost(LONG).until(() -> service.reason().equals("ConnectTimeout"));
            assertUnavailable(service);
            redis.resume();
            assertRecovers(service);
        }
    }

    @Test
    void saysThatThePasswordIsWrongAndTakesTheRightOneWithoutARestart() throws Exception {
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"));
                Service service = Service.with(directory, redis.binding("localhost", "wrong-password"), QUICK, "")) {
            Awaitility.await().atMost(LONG).until(() -> service.reason().equals("LoginRefused"));
            assertThat(service.status().get("why").asString())
                    .contains("refuses user service", "WRONGPASS")
                    .doesNotContain("wrong-password");
            assertUnavailable(service);
            redis.binding();
            assertRecovers(service);
        }
    }

    @Test
    void saysThatTheNameIsUnknown() throws Exception {
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"));
                Service service = Service.with(
                        directory, redis.binding("no-such-redis.invalid", RedisServer.PASSWORD), QUICK, "")) {
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> service.reason()
                    .equals("NameUnknown"));
            assertUnavailable(service);
            redis.binding();
            assertRecovers(service);
        }
    }

    @Test
    void trustsOnlyTheAuthorityOfTheBinding() throws Exception {
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"))) {
            Path binding = redis.binding();
            TestCertificate stranger = TestCertificate.in(directory.resolve("stranger"), "stranger");
            Files.copy(stranger.certificate(), binding.resolve("ca.crt"), StandardCopyOption.REPLACE_EXISTING);
            try (Service service = Service.with(directory, binding, QUICK, "")) {
                Awaitility.await().atMost(LONG).until(() -> service.reason().equals("TlsFailed"));
                assertUnavailable(service);
                redis.binding();
                assertRecovers(service);
            }
        }
    }

    @Test
    void doesNotLogInToAServerOfAnotherName() throws Exception {
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"), "dns:redis.example");
                Service service = Service.with(directory, redis.binding(), QUICK, "")) {
            Awaitility.await().atMost(LONG).until(() -> service.reason().equals("TlsFailed"));
            assertUnavailable(service);
        }
    }

    @Test
    void worksWithAUrlAndTellsTheTwoLinksApart() throws Exception {
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"));
                RedisServer state = RedisServer.started("redis-server", directory.resolve("state"));
                Service service = Service.start(
                        directory,
                        """
                        redis: {caFile: %s}
                        state: {binding: %s}
                        http: {port: 0}
                        management: {port: 0}
                        shutdown: {drain: 0s}
                        """.formatted(redis.certificate().certificate(), state.binding()) + Service.REGIONS_AND_CLIENTS,
                        Map.of(
                                "REDIS_URL",
                                "rediss://service:" + RedisServer.PASSWORD + "@localhost:" + redis.port() + "/0"))) {
            assertRecovers(service);
            state.kill();
            Awaitility.await().atMost(LONG).until(() -> service.mode().equals("DEGRADED"));
            assertThat(service.status().get("redis").get("connected").asBoolean())
                    .isTrue();
            assertThat(service.status().get("state").get("connected").asBoolean())
                    .isFalse();
            assertThat(service.get("/v1/cache/long/none").statusCode()).isEqualTo(404);
        }
    }

    /** Every operation says 503, and says it quickly: median under 20 ms on whatever machine this runs. */
    private static void assertUnavailable(Service service) throws Exception {
        long[] nanos = new long[31];
        for (int i = 0; i < nanos.length; i++) {
            long started = System.nanoTime();
            HttpResponse<String> answer =
                    i % 2 == 0 ? service.get("/v1/cache/long/a") : service.put("/v1/cache/long/a", "v");
            nanos[i] = System.nanoTime() - started;
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            assertThat(answer.body()).contains("\"code\":\"cache-unavailable\"").contains("\"retryable\":true");
        }
        Arrays.sort(nanos);
        assertThat(Duration.ofNanos(nanos[nanos.length / 2])).isLessThan(Duration.ofMillis(20));
    }

    private static void assertRecovers(Service service) throws Exception {
        Awaitility.await().atMost(LONG).until(() -> service.mode().equals("NORMAL"));
        Awaitility.await().atMost(LONG).untilAsserted(() -> {
            assertThat(service.put("/v1/cache/long/recovered", "v").statusCode())
                    .isIn(201, 204);
            assertThat(service.get("/v1/cache/long/recovered").body()).isEqualTo("v");
        });
    }
}
