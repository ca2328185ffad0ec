package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.redoubt.operator.acl.AclUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each user may do, as a real server says it that has read the rendered ACL file. */
@RealServer
class UserRightsTest {
    /** Whoever is not logged in has to be able to log in: no rule takes these away. */
    private static final Set<String> EVERYBODYS = Set.of("auth", "hello", "quit", "reset");

    private static LocalRedis server;

    @BeforeAll
    static void start(@TempDir Path directory) {
        server = LocalRedis.start(directory, "rights", "{}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void whoDoesNotLogInGetsNothing() throws IOException {
        try (var nobody = server.connect()) {
            assertThat(nobody.ask("PING")).startsWith("-NOAUTH");
            assertThat(nobody.ask("GET", "key")).startsWith("-NOAUTH");
            assertThat(nobody.ask("AUTH", "any")).startsWith("-WRONGPASS");
            assertThat(nobody.ask("AUTH", "default", "")).startsWith("-WRONGPASS");
            assertThat(nobody.ask("AUTH", "app", "wrong")).startsWith("-WRONGPASS");
        }
    }

    @ParameterizedTest
    @EnumSource(value = AclUser.class, mode = EnumSource.Mode.EXCLUDE, names = "DEFAULT")
    void everyOtherUserLogsIn(AclUser user) throws IOException {
        try (var connection = server.connect(user)) {
            assertThat(connection.ask("AUTH", user.userName(), user.hasPassword() ? "wrong" : "any"))
                    .startsWith(user.hasPassword() ? "-WRONGPASS" : "OK");
        }
    }

    @Test
    void theApplicationWorksWithItsData() throws IOException {
        try (var app = server.connect(AclUser.APP)) {
            assertThat(app.ask("PING")).isEqualTo("PONG");
            assertThat(app.ask("SET", "any:key", "value", "EX", "60")).isEqualTo("OK");
            assertThat(app.ask("GET", "any:key")).isEqualTo("value");
            assertThat(app.ask("TTL", "any:key")).isEqualTo("60");
            assertThat(app.ask("DEL", "any:key")).isEqualTo("1");
            assertThat(app.ask("INFO", "server")).contains("redis_version:");
            assertThat(app.ask("SCAN", "0")).startsWith("[0");
            assertThat(app.ask("EVAL", "return redis.call('INCR', KEYS[1])", "1", "counter"))
                    .isEqualTo("1");
            assertThat(app.ask("XADD", "stream", "*", "field", "value")).contains("-");
            assertThat(app.ask("PUBLISH", "any:channel", "text")).isEqualTo("0");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONFIG GET *",
                "CONFIG SET maxmemory 1",
                "FLUSHALL",
                "FLUSHDB",
                "KEYS *",
                "DEBUG SLEEP 0",
                "MODULE LIST",
                "SHUTDOWN NOSAVE",
                "ACL LIST",
                "ACL SETUSER app +@all",
                "SAVE",
                "BGSAVE",
                "BGREWRITEAOF",
                "MONITOR",
                "REPLICAOF NO ONE",
                "REPLICAOF 127.0.0.1 1",
                "MIGRATE 127.0.0.1 1 key 0 1",
                "SORT list",
                "SWAPDB 0 1",
                "CLIENT KILL ID 1",
                "CLIENT LIST",
                "SLOWLOG RESET",
                "LATENCY RESET",
                "FAILOVER",
                "PSYNC ? -1"
            })
    void theApplicationIsRefusedWhatAdministersTheServer(String command) throws IOException {
        try (var app = server.connect(AclUser.APP)) {
            // DEBUG is switched off for everybody, and the server says so before it looks at rights.
            assertThat(app.ask(command.split(" "))).matches("-NOPERM .*|-ERR DEBUG command not allowed.*");
        }
    }

    /** The rule behind the list above, for every command that the server has. */
    @Test
    void theApplicationMayDoEverythingButWhatAdministersOrEndangersTheServer() throws IOException {
        var kept = commands().stream()
                .filter(command -> Collections.disjoint(command.categories(), Set.of("@admin", "@dangerous"))
                        || command.name().equals("info"))
                .map(Command::name)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(allowed(AclUser.APP)).isEqualTo(kept).hasSizeGreaterThan(200);
    }

    @Test
    void theCacheServiceMayDoExactlyWhatItDoes() throws IOException {
        assertThat(allowed(AclUser.SERVICE))
                .isEqualTo(andEverybodys(
                        "client|tracking",
                        "eval",
                        "evalsha",
                        "get",
                        "getex",
                        "pexpire",
                        "ping",
                        "set",
                        "time",
                        "unlink",
                        "zadd",
                        "zcard",
                        "zremrangebyscore"));
    }

    @Test
    void theCacheServiceSeesItsOwnKeysOnly() throws IOException {
        try (var service = server.connect(AclUser.SERVICE)) {
            assertThat(service.ask("SET", "redoubt:c:region:key", "value", "PX", "1000"))
                    .isEqualTo("OK");
            assertThat(service.ask("GET", "redoubt:c:region:key")).isEqualTo("value");
            assertThat(service.ask("UNLINK", "redoubt:c:region:key")).isEqualTo("1");
            assertThat(service.ask("PING")).isEqualTo("PONG");
            assertThat(service.ask("GET", "orders:1")).startsWith("-NOPERM");
            assertThat(service.ask("GET", "redoubt")).startsWith("-NOPERM");
            assertThat(service.ask("SET", "orders:1", "value")).startsWith("-NOPERM");
            assertThat(service.ask("UNLINK", "redoubt:a", "orders:1")).startsWith("-NOPERM");
            assertThat(service.ask("SCAN", "0")).startsWith("-NOPERM");
            assertThat(service.ask("PUBLISH", "orders", "text")).startsWith("-NOPERM");
        }
    }

    @Test
    void theProbeMayPingAndEchoAndNothingElse() throws IOException {
        assertThat(allowed(AclUser.PROBE)).isEqualTo(andEverybodys("echo", "ping"));
    }

    @Test
    void aReplicaMayFollowAndNothingElse() throws IOException {
        assertThat(allowed(AclUser.REPLICATION)).isEqualTo(andEverybodys("ping", "psync", "replconf"));
    }

    @Test
    void theExporterReadsStatisticsAndNoData() throws IOException {
        assertThat(allowed(AclUser.EXPORTER))
                .isEqualTo(andEverybodys(
                        "client|setname", "info", "latency|histogram", "latency|latest", "slowlog|get", "slowlog|len"));
    }

    @Test
    void theOperatorConfiguresAndTouchesNoData() throws IOException {
        var connections = commands().stream()
                .filter(command -> command.categories().contains("@connection"))
                .map(Command::name)
                .toList();
        var expected = andEverybodys(
                "acl|deluser",
                "acl|dryrun",
                "acl|getuser",
                "acl|setuser",
                "acl|users",
                "acl|whoami",
                "config|get",
                "config|set",
                "info");
        expected.addAll(connections);

        assertThat(allowed(AclUser.OPERATOR)).isEqualTo(expected);
        try (var operator = server.connect(AclUser.OPERATOR)) {
            assertThat(operator.ask("GET", "key")).startsWith("-NOPERM");
            assertThat(operator.ask("SHUTDOWN")).startsWith("-NOPERM");
        }
    }

    /** What would lead out of the server is fixed for the life of the process, even for who may configure it. */
    @ParameterizedTest
    @ValueSource(strings = {"dir /tmp", "dbfilename x.so", "enable-debug-command yes", "aclfile /tmp/x", "port 6380x"})
    void notEvenTheOperatorUnlocksTheServer(String setting) throws IOException {
        try (var operator = server.connect(AclUser.OPERATOR)) {
            assertThat(operator.ask(("CONFIG SET " + setting).split(" "))).startsWith("-ERR");
        }
    }

    /** A chart or a person that writes passwords to the log would undo all of this. */
    @Test
    void theServersLogHoldsNoPassword() throws IOException {
        assertThat(server.log()).doesNotContain("password-of-");
    }

    @Test
    void thePlainPortIsClosedAndPlainTextIsRefusedOnTheOther() {
        assertThatThrownBy(() -> {
                    try (var plain = RespConnection.plain(server.address(), RedisNames.PORT)) {
                        plain.ask("PING");
                    }
                })
                .isInstanceOf(IOException.class);
    }

    /** A command or subcommand, written {@code config|get}. */
    private record Command(String name, int arity, Set<String> categories) {}

    private static List<Command> commands() throws IOException {
        try (var app = server.connect(AclUser.APP)) {
            return ((List<?>) app.send("COMMAND"))
                    .stream().flatMap(found -> commands((List<?>) found)).toList();
        }
    }

    /** The server's own description: name, arity, flags, three key positions, categories, tips, keys, subcommands. */
    private static Stream<Command> commands(List<?> described) {
        var subcommands = (List<?>) described.get(9);
        if (!subcommands.isEmpty()) {
            return subcommands.stream().flatMap(found -> commands((List<?>) found));
        }
        var arity = Math.toIntExact((Long) described.get(1));
        var categories = ((Collection<?>) described.get(6)).stream().map(String::valueOf);
        return Stream.of(new Command((String) described.getFirst(), arity, categories.collect(Collectors.toSet())));
    }

    /** Every command that {@code user} may send with a key of the prefix that the cache service has. */
    private static Set<String> allowed(AclUser user) throws IOException {
        var allowed = new TreeSet<String>();
        try (var operator = server.connect(AclUser.OPERATOR)) {
            for (var command : commands()) {
                var words = new ArrayList<>(List.of("ACL", "DRYRUN", user.userName()));
                words.addAll(List.of(command.name().split("\\|")));
                while (words.size() - 3 < Math.abs(command.arity())) {
                    words.add("redoubt:x");
                }
                if (operator.ask(words.toArray(String[]::new)).equals("OK")) {
                    allowed.add(command.name());
                }
            }
        }
        return allowed;
    }

    private static Set<String> andEverybodys(String... commands) {
        var all = new TreeSet<>(EVERYBODYS);
        all.addAll(List.of(commands));
        return all;
    }
}
