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
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

    /** A successor that connects at that moment would be given event loops that are ending. */
    @Test
    void theEventLoopsOutliveTheLastServer() {
        try (var server = start("first")) {
            observe(server);
            var before = eventLoops();
            assertThat(before).isNotEmpty();

            servers.forget(FIRST);

            await().during(Duration.ofSeconds(1)).atMost(PATIENCE).until(() -> eventLoops()
                    .containsAll(before));
        }
    }

    private static Set<Thread> eventLoops() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("lettuce-.*EventLoop.*"))
                .collect(Collectors.toSet());
    }

    /** What it says is the same each time, so that the status is not written again and again. */
    @Test
    void aServerThatStaysAwayIsNewsOnce() {
        try (var server = start("first")) {
            observe(server);
            // Health is set first, and told a moment later; on a busy machine the first try may have been too late.
            await().during(Duration.ofSeconds(1))
                    .atMost(PATIENCE)
                    .until(() -> !news.isEmpty() && servers.health(FIRST) instanceof Answering);
            news.clear();
            server.kill();
            // The connection that is cut and the next one that is refused may be two reasons, each of them news.
            await().during(Duration.ofSeconds(1))
                    .atMost(PATIENCE)
                    .until(() -> !news.isEmpty() && servers.health(FIRST).equals(new Silent(Failure.REFUSED)));
            news.clear();

            await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(news::isEmpty);
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

    /** Asked once for each start of the server: the next may be another version. */
    @Test
    void rulesAreTriedOnceAndLeaveNothingBehind() {
        try (var server = start("first")) {
            observe(server);
            await().atMost(PATIENCE).until(() -> news.contains(FIRST));
            news.clear();
            var forbidden = List.of(List.of("CONFIG", "GET", "*"), List.of("GET", "others:1"));

            assertThat(servers.tried(FIRST, "~mine:* -@all +get")).isEmpty();
            var harmless = servers.tryRules(FIRST, "~mine:* -@all +get", forbidden);
            assertThat(harmless.areHarmless()).isTrue();
            assertThat(harmless.rights().orElseThrow().keys()).isEqualTo("~mine:*");
            assertThat(servers.tried(FIRST, "~mine:* -@all +get")).contains(harmless);
            assertThat(news).containsExactly(FIRST);

            assertThat(servers.tryRules(FIRST, "~mine:* -@all +get", forbidden)).isEqualTo(harmless);
            assertThat(news).containsExactly(FIRST);

            var harmful = servers.tryRules(FIRST, "~* +@all", forbidden);
            assertThat(harmful.areHarmless()).isFalse();
            assertThat(harmful.objection()).isEqualTo("the server would let it run CONFIG GET *, GET others:1");
            var unknown = servers.tryRules(FIRST, "+no-such-command", forbidden);
            assertThat(unknown.areHarmless()).isFalse();
            assertThat(unknown.objection()).contains("the server refuses its rules: ERR", "no-such-command");

            assertThat(servers.user(FIRST, "redoubt-trial")).isEmpty();
            assertThat(servers.user(FIRST, "app")).isPresent();

            server.kill();
            server.start();
            await().atMost(PATIENCE)
                    .until(() -> servers.tried(FIRST, "~* +@all").isEmpty());
            awaitAnswer(FIRST);
            assertThat(servers.tryRules(FIRST, "~mine:* -@all +get", forbidden)).isEqualTo(harmless);
        }
    }

    /** Sent together they would not fit into the connection's queue. */
    @Test
    void moreUsersAndTrialsThanTheQueueHoldsAreAsked() {
        try (var server = start("first")) {
            observe(server);
            IntStream.range(0, 300).forEach(i -> servers.setUser(FIRST, "many-" + i, "off ~mine:* +get"));
            var forbidden = IntStream.range(0, 300)
                    .mapToObj(i -> List.of("GET", "others:" + i))
                    .toList();

            assertThat(servers.users(FIRST)).hasSizeGreaterThan(300).containsKeys("app", "many-0", "many-299");
            assertThat(servers.tryRules(FIRST, "~* -@all +get", forbidden).allowed())
                    .hasSize(300);
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
