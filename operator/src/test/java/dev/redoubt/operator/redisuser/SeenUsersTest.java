package dev.redoubt.operator.redisuser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.RedisUser;
import dev.redoubt.operator.acl.RedisUsers;
import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.redis.LocalRedis;
import dev.redoubt.operator.redis.RealServer;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerId;
import dev.redoubt.operator.settings.OperatorSettings.Ping;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Since when a running server has been seen to have a user with its passwords. */
@RealServer
class SeenUsersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Ping PING = new Ping(Duration.ofMillis(200), Duration.ofSeconds(2), 2);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final ServerId ID = new ServerId("shop", "cache", "cache-redis-0");
    private static final RedisUser USER = RedisUsers.user("orders", "");
    private static final ServerUser OLD = with("1");
    private static final ServerUser BOTH = with("1", "2");

    @TempDir
    private Path directory;

    private LocalRedis server;
    private RedisServers servers;
    private Instant now = START;
    private SeenUsers seen;

    @BeforeEach
    void start() {
        server = LocalRedis.start(directory, "cache", "{}");
        servers = new RedisServers(PING, new SimpleMeterRegistry());
        servers.start(_ -> {}, _ -> true);
        seen = new SeenUsers(servers, () -> now);
        connect();
    }

    @AfterEach
    void stop() {
        servers.close();
        server.close();
    }

    @Test
    void countsFromTheFirstLookAtServerAndFileThatHaveThemBoth() {
        assertThat(look(OLD)).as("the server has no such user").isEmpty();

        tell(OLD);
        assertThat(knownSince(OLD, at(10), OLD)).contains(at(10));
        assertThat(knownSince(OLD, at(20), OLD)).contains(at(10));

        tell(BOTH);
        assertThat(knownSince(OLD, at(30), BOTH)).as("its file has not").isEmpty();
        assertThat(knownSince(BOTH, at(40), BOTH)).contains(at(40));
        assertThat(knownSince(BOTH, at(50), BOTH)).contains(at(40));
        assertThat(knownSince(BOTH, at(50), OLD)).as("it has one too many").isEmpty();
    }

    /** Nobody looked while it had what an older file says; but that it was started is seen. */
    @Test
    void beginsAnewWithTheServer() {
        tell(BOTH);
        assertThat(knownSince(BOTH, at(10), BOTH)).contains(at(10));

        var before = runId();
        server.kill();
        server.start();
        await().atMost(PATIENCE).until(() -> !runId().isEmpty() && !runId().equals(before));
        tell(BOTH);

        assertThat(knownSince(BOTH, at(20), BOTH)).contains(at(20));
    }

    @Test
    void aServerThatCannotBeAskedHasNobody() {
        tell(OLD);
        servers.forget(ID);

        assertThat(look(OLD)).isEmpty();
    }

    private Optional<Instant> knownSince(ServerUser inFile, Instant when, ServerUser wanted) {
        now = when;
        return look(inFile).flatMap(user -> user.since(wanted.hashes()));
    }

    private Optional<SeenUser> look(ServerUser inFile) {
        return seen.find(USER, ID, Map.of(inFile.name(), inFile));
    }

    private void tell(ServerUser user) {
        servers.setUser(ID, user.name(), user.definition());
    }

    private void connect() {
        await().atMost(PATIENCE).until(() -> servers.observe(ID, server.target()) instanceof Answering);
    }

    private String runId() {
        return servers.health(ID) instanceof Answering(var _, var runId) ? runId : "";
    }

    /** @param digits of which each makes a hash */
    private static ServerUser with(String... digits) {
        return ServerUser.withPasswords(
                "orders",
                List.of(digits).stream().map(digit -> digit.repeat(64)).toList(),
                "~orders:* -@all +get");
    }

    private static Instant at(long second) {
        return START.plusSeconds(second);
    }
}
