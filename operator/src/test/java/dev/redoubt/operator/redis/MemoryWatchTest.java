package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.memory.MemoryState;
import dev.redoubt.operator.memory.MemoryWatch;
import dev.redoubt.operator.memory.WriteState;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerId;
import dev.redoubt.operator.settings.OperatorSettings.Memory;
import dev.redoubt.operator.settings.OperatorSettings.Ping;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real server is filled until it refuses, or evicts, and given room again. */
@RealServer
class MemoryWatchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Ping PING = new Ping(Duration.ofMillis(200), Duration.ofSeconds(1), 2);
    private static final String VALUE = "x".repeat(100_000);

    @TempDir
    private Path directory;

    private final AtomicInteger news = new AtomicInteger();
    private final AtomicInteger drifts = new AtomicInteger();
    private RedisServers servers;
    private MemoryWatch watch;
    private LocalRedis server;

    @BeforeEach
    void start() {
        server = LocalRedis.start(directory, "small", "{maxMemory: 16Mi, maxMemoryPolicy: noeviction}");
        servers = new RedisServers(PING, new SimpleMeterRegistry());
        servers.start(_ -> {}, _ -> true);
        watch = new MemoryWatch(servers, new Memory(Duration.ofMillis(200), 10), Clock.systemUTC());
        watch.start(_ -> news.incrementAndGet(), _ -> drifts.incrementAndGet(), _ -> true);
        servers.observe(id(), server.target());
        await().atMost(PATIENCE).until(() -> servers.health(id()) instanceof Answering);
        becomes(MemoryState.HEALTHY);
    }

    @AfterEach
    void stop() {
        watch.close();
        servers.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"noeviction", "volatile-lru"})
    void aServerThatRefusesWritesIsFullUntilItHasRoom(String policy) throws IOException {
        configure("maxmemory-policy", policy);
        try (var app = server.connect(AclUser.APP)) {
            fill(app);

            becomes(MemoryState.FULL);

            configure("maxmemory", "67108864");
            becomes(MemoryState.HEALTHY);
            assertThat(app.ask("SET", "room", VALUE)).isEqualTo("OK");
        }
        // The first answer, full, healthy: what wavers in between is no news.
        assertThat(news).hasValue(3);
    }

    @Test
    void aServerThatEvictsManyKeysSaysSoUntilItIsCalm() throws IOException {
        configure("maxmemory-policy", "allkeys-lru");
        try (var app = server.connect(AclUser.APP)) {
            var keys = new AtomicInteger();
            await().pollInterval(Duration.ofMillis(10)).atMost(PATIENCE).until(() -> {
                app.ask("SET", "key:" + keys.incrementAndGet(), VALUE);
                return is(MemoryState.EVICTING);
            });
        }
        becomes(MemoryState.HEALTHY);
    }

    @Test
    void ofAServerThatDoesNotAnswerNothingIsKnown() {
        server.freeze();
        becomes(MemoryState.UNKNOWN);
        server.thaw();
        becomes(MemoryState.HEALTHY);
    }

    /** As on a volume that is full: a write gets nowhere. */
    @Test
    void aServerWhoseWritesGetNowhereSaysSoUntilThereIsRoom() throws IOException {
        writes(WriteState.SUCCEED);
        server.limitFiles("150000");
        try (var app = server.connect(AclUser.APP)) {
            assertThat(app.ask("SET", "large", VALUE)).isEqualTo("OK");
            assertThat(app.ask("SET", "larger", VALUE)).isEqualTo("OK");

            writes(WriteState.APPEND_FAILS);
            assertThat(app.ask("SET", "more", VALUE)).startsWith("-MISCONF");

            server.limitFiles("unlimited");
            writes(WriteState.SUCCEED);
            assertThat(app.ask("SET", "more", VALUE)).isEqualTo("OK");
        }
        server.freeze();
        writes(WriteState.UNKNOWN);
        server.thaw();
    }

    @Test
    void aParameterThatSomebodySetIsNoticed() throws IOException {
        writes(WriteState.SUCCEED);

        configure("appendfsync", "always");

        await().atMost(PATIENCE).until(() -> drifts.get() == 1);
    }

    private void writes(WriteState state) {
        await(state.name())
                .atMost(PATIENCE)
                .until(() -> watch.writes(id()).filter(state::equals).isPresent());
    }

    private static void fill(RespConnection app) throws IOException {
        var answer = "OK";
        for (var key = 0; answer.equals("OK"); key++) {
            answer = app.ask("SET", "key:" + key, VALUE);
        }
        assertThat(answer).startsWith("-OOM");
    }

    private void configure(String parameter, String value) throws IOException {
        try (var operator = server.connect(AclUser.OPERATOR)) {
            assertThat(operator.ask("CONFIG", "SET", parameter, value)).isEqualTo("OK");
        }
    }

    private void becomes(MemoryState state) {
        await(state.name()).atMost(PATIENCE).until(() -> is(state));
    }

    private boolean is(MemoryState state) {
        return watch.latest(id(), MemoryState.UNKNOWN).filter(state::equals).isPresent();
    }

    private ServerId id() {
        return server.model().serverId();
    }
}
