package dev.redoubt.operator.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.redis.LocalRedis;
import dev.redoubt.operator.redis.RealServer;
import dev.redoubt.operator.redis.RedisFixture;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerHealth.Failure;
import dev.redoubt.operator.server.ServerHealth.Silent;
import dev.redoubt.operator.server.ServerHealth.Unknown;
import dev.redoubt.operator.settings.OperatorSettings.Ping;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's connections to real servers. */
@RealServer
class RedisServersTest {
    private static final ServerId FIRST = new ServerId("shop", "first", "first-redis-0");
    private static final ServerId SECOND = new ServerId("shop", "second", "second-redis-0");
    private static final Ping PING = new Ping(Duration.ofMillis(200), Duration.ofSeconds(1), 2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final RedisServers servers = new RedisServers(PING, new SimpleMeterRegistry());
    private final List<ServerId> news = new CopyOnWriteArrayList<>();

    @TempDir
    private Path directory;

    /** Pings from the start, as the process does. */
    @BeforeEach
    void startToPing() {
        servers.start(news::add, _ -> true);
    }

    @AfterEach
    void stop() {
        servers.close();
    }

    @Test
    void aServerIsUnknownAndThenAnswersWithItsVersion() {
        try (var server = start("first")) {
            assertThat(servers.health(FIRST)).isEqualTo(new Unknown());
            assertThat(servers.observe(FIRST, server.target())).isEqualTo(new Unknown());

            awaitAnswer(FIRST);

            assertThat(servers.health(FIRST)).isInstanceOfSatisfying(Answering.class, answering -> {
                assertThat(answering.version()).matches("\\d+\\.\\d+\\.\\d+");
                assertThat(answering.runId()).hasSize(40);
            });
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(news).containsExactly(FIRST));
        }
    }

    /** The promise is ten seconds from the fault to the status; with these settings it is 2 * (0.2 s + 1 s). */
    @Test
    void aFrozenServerIsFoundOutWhileAnotherStaysFine() {
        try (var frozen = start("first");
                var fine = start("second")) {
            observe(frozen, fine);
            var wasFine = servers.health(SECOND);

            frozen.freeze();
            var since = System.nanoTime();
            await().atMost(PATIENCE).until(() -> servers.health(FIRST), new Silent(Failure.NO_ANSWER)::equals);
            var took = Duration.ofNanos(System.nanoTime() - since);

            assertThat(took).isLessThan(Duration.ofSeconds(8));
            assertThat(servers.health(SECOND)).isEqualTo(wasFine);
            assertThat(news).contains(FIRST);

            frozen.thaw();
            awaitAnswer(FIRST);
            assertThat(servers.health(SECOND)).isEqualTo(wasFine);
        }
    }

    @Test
    void aDeadServerIsFoundOutAndItsSuccessorIsAnother() {
        try (var server = start("first")) {
            observe(server);
            var before = (Answering) servers.health(FIRST);

            server.kill();
            await().atMost(PATIENCE).until(() -> servers.health(FIRST), new Silent(Failure.REFUSED)::equals);

            server.start();
            awaitAnswer(FIRST);
            assertThat(((Answering) servers.health(FIRST)).runId()).isNotEqualTo(before.runId());
        }
    }

    /** What it says is the same each time, so that the status is not written again and again. */
    @Test
    void aServerThatStaysAwayIsNewsOnce() {
        try (var server = start("first")) {
            observe(server);
            // Health is set first, and told a moment later.
            await().atMost(PATIENCE).until(() -> news, List.of(FIRST)::equals);
            news.clear();
            server.kill();
            await().atMost(PATIENCE).until(() -> servers.health(FIRST), new Silent(Failure.REFUSED)::equals);

            await().during(Duration.ofSeconds(2))
                    .atMost(PATIENCE)
                    .until(() -> news.size() <= 1 && servers.health(FIRST).equals(new Silent(Failure.REFUSED)));
            assertThat(news).containsExactly(FIRST);
        }
    }

    @Test
    void aServerWithACertificateForAnotherNameIsNotTrusted() {
        try (var server = start("first")) {
            var authority = server.target().authorityPem();

            servers.observe(FIRST, server.target("other-redis-0.other-redis-nodes.shop.svc", authority));

            await().atMost(PATIENCE).until(() -> servers.health(FIRST), new Silent(Failure.NOT_TRUSTED)::equals);
        }
    }

    @Test
    void aServerOfAnotherAuthorityIsNotTrusted() {
        var other = RedisFixture.modelOfToday(RedisFixture.redis("first", "{}"))
                .identity()
                .bundle();
        try (var server = start("first")) {
            servers.observe(FIRST, server.target(server.target().host(), other));

            await().atMost(PATIENCE).until(() -> servers.health(FIRST), new Silent(Failure.NOT_TRUSTED)::equals);
        }
    }

    @Test
    void aServerThatKnowsAnotherPasswordRefusesTheLogin() {
        try (var server = start("first")) {
            var right = server.target();
            var wrong = new ServerTarget(
                    right.host(),
                    right.address(),
                    right.port(),
                    right.user(),
                    List.of(new Password("another")),
                    right.authorityPem(),
                    Optional.empty());

            servers.observe(FIRST, wrong);
            await().atMost(PATIENCE).until(() -> servers.health(FIRST), new Silent(Failure.LOGIN_REFUSED)::equals);

            servers.observe(FIRST, right);
            awaitAnswer(FIRST, right);
        }
    }

    @Test
    void parametersAreReadAndSet() {
        try (var server = start("first")) {
            observe(server);

            servers.configure(FIRST, Map.of("maxmemory", "134217728", "save", "60 1"));

            assertThat(servers.configuration(FIRST, "maxmemory", "save", "no-such-parameter"))
                    .isEqualTo(Map.of("maxmemory", "134217728", "save", "60 1"));
        }
    }

    @Test
    void aRefusedParameterIsNamedAndItsValueIsNot() {
        try (var server = start("first")) {
            observe(server);

            assertThatThrownBy(() -> servers.configure(FIRST, Map.of("maxmemory", "many-bytes")))
                    .isInstanceOf(ServerCommandException.class)
                    .hasMessageContaining("CONFIG SET of maxmemory failed")
                    .hasMessageContaining("first-redis-0");
        }
    }

    @Test
    void aFrozenServerHoldsUpNoPassForLongerThanTheTimeout() {
        try (var server = start("first")) {
            observe(server);
            server.freeze();
            var since = System.nanoTime();

            assertThatThrownBy(() -> servers.configuration(FIRST, "maxmemory"))
                    .isInstanceOf(ServerCommandException.class);

            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(4));
            server.thaw();
        }
    }

    @Test
    void aForgottenServerIsUnknownAndIsNotAsked() {
        try (var server = start("first")) {
            observe(server);

            servers.forget(FIRST);

            assertThat(servers.health(FIRST)).isEqualTo(new Unknown());
            assertThatThrownBy(() -> servers.configuration(FIRST, "maxmemory"))
                    .isInstanceOf(ServerCommandException.class)
                    .hasMessageContaining("shop/first-redis-0");
        }
    }

    /** However often a server comes and goes: the operator has one connection to it. */
    @Test
    void noConnectionIsLeftBehind() {
        try (var server = start("first")) {
            observe(server);
            for (var round = 0; round < 3; round++) {
                server.freeze();
                await().atMost(PATIENCE).until(() -> servers.health(FIRST), Silent.class::isInstance);
                server.thaw();
                awaitAnswer(FIRST);
            }
            // Those that the server accepted while it was frozen it closes when it sees that nobody is there any more.
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(server.operatorConnections())
                    .isEqualTo(1));
        }
    }

    private LocalRedis start(String name) {
        return LocalRedis.start(directory.resolve(name), name, "{}");
    }

    private void observe(LocalRedis first) {
        servers.observe(FIRST, first.target());
        awaitAnswer(FIRST);
    }

    private void observe(LocalRedis first, LocalRedis second) {
        servers.observe(SECOND, second.target());
        observe(first);
        awaitAnswer(SECOND, second.target());
    }

    private void awaitAnswer(ServerId id) {
        await().atMost(PATIENCE).until(() -> servers.health(id), Answering.class::isInstance);
    }

    private void awaitAnswer(ServerId id, ServerTarget target) {
        await().atMost(PATIENCE).until(() -> servers.observe(id, target), Answering.class::isInstance);
    }
}
