package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerHealth.Failure;
import dev.redoubt.operator.server.ServerHealth.Silent;
import dev.redoubt.operator.server.ServerTarget;
import dev.redoubt.operator.settings.OperatorSettings.Ping;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running server takes over its users without a restart, and without cutting anybody. */
@RealServer
class ServerUsersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Ping PING = new Ping(Duration.ofMillis(200), Duration.ofSeconds(2), 2);
    private static final String RULES = "resetkeys ~reports:* resetchannels -@all +get +set";

    @TempDir
    private Path directory;

    private LocalRedis server;
    private RedisServers servers;
    private ServerUsers users;

    @BeforeEach
    void start() {
        server = LocalRedis.start(directory, "users", "{}");
        servers = servers();
        users = new ServerUsers(servers, Clock.systemUTC());
        connect(server.target());
    }

    private static RedisServers servers() {
        var servers = new RedisServers(PING, new SimpleMeterRegistry());
        servers.start(_ -> {}, _ -> true);
        return servers;
    }

    @AfterEach
    void stop() {
        servers.close();
        server.close();
    }

    @Test
    void aServerThatStartedWithItsFileIsToldNothing() {
        assertThat(sync(builtIn(), false)).isFalse();
        assertThat(users.seen(server.model().serverId()).since(builtIn()).isPresent())
                .isTrue();
    }

    @Test
    void aFurtherUserComesAndChangesAndGoes() throws IOException {
        sync(builtIn(), false);

        assertThat(sync(with(reader("one")), false)).isTrue();
        assertThat(login("reader", "one").ask("SET", "reports:1", "text")).isEqualTo("OK");
        assertThat(sync(with(reader("one")), false)).isFalse();

        var less = ServerUser.withPasswords("reader", Set.of(new Password("one").sha256()), RULES.replace(" +set", ""));
        assertThat(sync(with(less), false)).isTrue();
        assertThat(login("reader", "one").ask("SET", "reports:1", "text")).startsWith("-NOPERM");

        assertThat(sync(builtIn(), false)).isTrue();
        assertThatThrownBy(() -> login("reader", "one")).hasMessageContaining("WRONGPASS");
    }

    @Test
    void oldAndNewPasswordLogInTogetherAndTheOldOneIsDroppedWithoutCuttingAnybody() throws IOException {
        sync(with(reader("old")), true);
        try (var held = login("reader", "old")) {
            sync(with(reader("old", "new")), false);
            try (var other = login("reader", "new")) {
                assertThat(login("reader", "old").ask("SET", "reports:1", "text"))
                        .isEqualTo("OK");

                sync(with(reader("new")), false);

                assertThat(held.ask("GET", "reports:1")).isEqualTo("text");
                assertThat(other.ask("GET", "reports:1")).isEqualTo("text");
                assertThatThrownBy(() -> login("reader", "old")).hasMessageContaining("WRONGPASS");
            }
        }
    }

    /** After a start it has what its file says, which may be older than what it was told. */
    @Test
    void aServerThatHasReadAnOlderFileIsToldAgain() throws IOException {
        sync(with(reader("one")), true);
        var before = runId();
        server.kill();
        server.start();
        await().atMost(PATIENCE).until(() -> !runId().isEmpty() && !runId().equals(before));

        assertThat(sync(with(reader("one")), false)).isTrue();
        assertThat(login("reader", "one").ask("SET", "reports:1", "text")).isEqualTo("OK");
    }

    /** An operator that has just started cannot know who changed it: the auditor finds it, and says so. */
    @Test
    void whatSomebodyElseHasChangedIsLeftToTheAuditor() throws IOException {
        asOperator("ACL", "SETUSER", "app", ">another");

        assertThat(sync(builtIn(), false)).isFalse();
        assertThat(users.seen(server.model().serverId()).since(builtIn()).isPresent())
                .isFalse();

        assertThat(sync(builtIn(), true)).isTrue();
        assertThat(users.seen(server.model().serverId()).since(builtIn()).isPresent())
                .isTrue();
    }

    /** The mounted file may be late by a minute: whichever password the server has read, the operator gets in. */
    @Test
    void theOperatorTriesEachOfItsPasswords() {
        var right = server.target();
        var known = right.passwords().getFirst();
        servers.close();
        servers = servers();

        connect(withPasswords(right, List.of(new Password("newer"), known)));

        servers.observe(server.model().serverId(), withPasswords(right, List.of(new Password("newest"))));
        assertThat(servers.health(server.model().serverId())).isInstanceOf(Answering.class);
        server.kill();
        server.start();
        await().atMost(PATIENCE)
                .until(() -> servers.health(server.model().serverId()).equals(new Silent(Failure.LOGIN_REFUSED)));
        connect(withPasswords(right, List.of(known, new Password("newest"))));
    }

    private static ServerTarget withPasswords(ServerTarget target, List<Password> passwords) {
        return new ServerTarget(
                target.host(),
                target.address(),
                target.port(),
                target.user(),
                passwords,
                target.authorityPem(),
                target.certificate());
    }

    private void connect(ServerTarget target) {
        await().atMost(PATIENCE).until(() -> servers.observe(server.model().serverId(), target) instanceof Answering);
    }

    private boolean sync(List<ServerUser> wanted, boolean changed) {
        return users.sync(server.model().serverId(), runId(), wanted, changed);
    }

    private String runId() {
        return servers.health(server.model().serverId()) instanceof Answering(var _, var runId) ? runId : "";
    }

    private List<ServerUser> builtIn() {
        return server.model().users();
    }

    private List<ServerUser> with(ServerUser further) {
        var all = new ArrayList<>(builtIn());
        all.add(further);
        return all;
    }

    private static ServerUser reader(String... passwords) {
        return ServerUser.withPasswords(
                "reader",
                List.of(passwords).stream()
                        .map(password -> new Password(password).sha256())
                        .toList(),
                RULES);
    }

    private RespConnection login(String user, String password) throws IOException {
        return server.connect(user, password);
    }

    private void asOperator(String... command) throws IOException {
        try (var operator = server.connect(AclUser.OPERATOR)) {
            assertThat(operator.ask(command)).isEqualTo("OK");
        }
    }
}
