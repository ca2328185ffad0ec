package dev.redoubt.operator.acl;

import static dev.redoubt.operator.acl.RedisUsers.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.RedisUser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What RedisUsers may do, and above all what they may not: on each engine that is here, as a client would try it. */
class RedisUserRightsTest {
    private static final String ORDERS = "keys: [{pattern: \"orders:*\"}], channels: [\"orders:*\"]";
    private static final String ALL_CATEGORIES =
            "commands: {categories: [read, write, keyspace, string, bitmap, hash, list, set, sortedset, hyperloglog, geo, stream,"
                    + " pubsub, transaction, scripting, blocking], allow: [info]}, "
                    + ORDERS;

    private static List<BareServer> servers;

    @BeforeAll
    static void start() {
        servers = BareServer.startAllThatAreHere();
        Assumptions.assumeFalse(servers.isEmpty(), "no redis-server or valkey-server in PATH");
    }

    @AfterAll
    static void stop() {
        servers.forEach(BareServer::stop);
    }

    static Stream<BareServer> servers() {
        return servers.stream();
    }

    /** An attempt to get more than one may have: by the specification, and then, if that is accepted, by commands. */
    private record Attempt(String name, String user, String spec, List<String> commands) {
        static Attempt by(String name, String spec, String... commands) {
            return new Attempt(name, "mallory", spec, List.of(commands));
        }

        static Attempt as(String user) {
            return new Attempt("name " + user, user, ORDERS, List.of());
        }
    }

    private static Stream<Attempt> attempts() {
        return Stream.of(
                        Stream.of(
                                        "default",
                                        "app",
                                        "service",
                                        "operator",
                                        "replication",
                                        "exporter",
                                        "probe",
                                        "redoubt-trial")
                                .map(Attempt::as),
                        Stream.of(
                                        "acl",
                                        "acl|setuser",
                                        "config",
                                        "config|get",
                                        "config|set",
                                        "debug",
                                        "module|load",
                                        "shutdown",
                                        "replicaof",
                                        "slaveof",
                                        "client",
                                        "client|kill",
                                        "client|pause",
                                        "client|tracking",
                                        "keys",
                                        "scan",
                                        "randomkey",
                                        "flushall",
                                        "flushdb",
                                        "swapdb",
                                        "monitor",
                                        "migrate",
                                        "restore",
                                        "sort",
                                        "sort_ro",
                                        "function|load",
                                        "function|flush",
                                        "function",
                                        "script|flush",
                                        "script|kill",
                                        "script",
                                        "pubsub|channels",
                                        "psync",
                                        "replconf",
                                        "save",
                                        "failover",
                                        "cluster|failover",
                                        "memory|purge",
                                        "role",
                                        "slowlog|get",
                                        "latency|reset",
                                        "GET",
                                        "@all",
                                        "+@all",
                                        "get +@all",
                                        "nopass",
                                        "~*",
                                        "(+@all ~*)",
                                        "select|0",
                                        "hexpire",
                                        "no-such-command")
                                .map(word -> Attempt.by("allow " + word, "commands: {allow: [\"" + word + "\"]}")),
                        Stream.of(
                                        "*",
                                        "*:orders",
                                        "redoubt:*",
                                        "redoubt:c:x",
                                        "r*",
                                        "redoubt*",
                                        "re*:x",
                                        "a b",
                                        "orders:* +@all",
                                        "[a-z]*",
                                        "?rders",
                                        "a\\nuser evil on nopass ~* &* +@all",
                                        "%R~*",
                                        "(~*")
                                .map(pattern -> Attempt.by("key " + pattern, "keys: [{pattern: \"" + pattern + "\"}]")),
                        Stream.of("*", "redoubt:*", "__keyspace@0__:*", "__redis__:invalidate", "a b")
                                .map(channel -> Attempt.by("channel " + channel, "channels: [\"" + channel + "\"]")),
                        Stream.of(Attempt.by("deny what is unknown", "commands: {deny: [no-such-command]}")),
                        Stream.of(
                                Attempt.by(
                                        "administration by all categories",
                                        ALL_CATEGORIES,
                                        "CONFIG GET *",
                                        "ACL LIST",
                                        "DEBUG SLEEP 0",
                                        "SHUTDOWN NOSAVE",
                                        "MODULE LIST",
                                        "REPLICAOF NO ONE",
                                        "FLUSHALL",
                                        "FLUSHDB",
                                        "SWAPDB 0 1",
                                        "SAVE",
                                        "MONITOR",
                                        "CLIENT KILL ID 1",
                                        "CLIENT LIST",
                                        "CLIENT PAUSE 1",
                                        "CLIENT NO-EVICT ON",
                                        "ROLE"),
                                Attempt.by(
                                        "keys of others by all categories",
                                        ALL_CATEGORIES,
                                        "GET carts:1",
                                        "SET carts:1 x",
                                        "COPY carts:1 orders:1",
                                        "RENAME carts:1 orders:1",
                                        "MGET orders:1 carts:1",
                                        "EXISTS carts:1",
                                        "OBJECT ENCODING carts:1",
                                        "DUMP carts:1",
                                        "TOUCH carts:1",
                                        "WATCH carts:1",
                                        "LCS orders:1 carts:1",
                                        "SUNIONSTORE orders:2 carts:2",
                                        "BITOP AND orders:1 carts:1",
                                        "XREAD STREAMS carts:3 0",
                                        "XREAD STREAMS orders:3 carts:3 0 0",
                                        "PFMERGE orders:4 carts:4",
                                        "ZUNION 2 orders:5 carts:5",
                                        "BLPOP carts:6 orders:6 1",
                                        "GEOSEARCHSTORE orders:7 carts:7 FROMLONLAT 0 0 BYRADIUS 1 m",
                                        "MEMORY USAGE carts:1",
                                        "SINTERCARD 2 orders:8 carts:8",
                                        "GET redoubt:c:r:k"),
                                Attempt.by(
                                        "names of keys of others",
                                        ALL_CATEGORIES,
                                        "KEYS *",
                                        "SCAN 0",
                                        "RANDOMKEY",
                                        "CLIENT TRACKING ON BCAST",
                                        "CLIENT TRACKING ON BCAST PREFIX carts:",
                                        "PUBSUB CHANNELS",
                                        "PUBSUB SHARDCHANNELS"),
                                Attempt.by(
                                        "by SORT",
                                        ALL_CATEGORIES,
                                        "SORT orders:1 BY nosort GET carts:*",
                                        "SORT_RO orders:1 GET carts:*",
                                        "SORT orders:1 STORE carts:1"),
                                Attempt.by(
                                        "by functions",
                                        ALL_CATEGORIES,
                                        "FUNCTION LOAD REPLACE x",
                                        "FUNCTION FLUSH",
                                        "FUNCTION DELETE x",
                                        "FUNCTION RESTORE x",
                                        "FUNCTION DUMP",
                                        "FUNCTION LIST",
                                        "FUNCTION KILL",
                                        "SCRIPT FLUSH",
                                        "SCRIPT KILL",
                                        "SCRIPT DEBUG YES"),
                                Attempt.by(
                                        "channels of others",
                                        ALL_CATEGORIES,
                                        "PUBLISH carts:x y",
                                        "SUBSCRIBE carts:x",
                                        "PSUBSCRIBE *",
                                        "PSUBSCRIBE orders:**",
                                        "SUBSCRIBE __keyspace@0__:x",
                                        "SPUBLISH carts:x y",
                                        "SSUBSCRIBE carts:x"),
                                Attempt.by(
                                        "moving data in and out",
                                        ALL_CATEGORIES,
                                        "MIGRATE 127.0.0.1 1 orders:1 0 1",
                                        "RESTORE orders:1 0 x",
                                        "PSYNC ? -1"),
                                Attempt.by(
                                        "to write what may be read",
                                        "keys: [{pattern: \"orders:*\", access: ReadOnly}]",
                                        "SET orders:1 x",
                                        "DEL orders:1",
                                        "INCR orders:1",
                                        "GETDEL orders:1",
                                        "GETEX orders:1 PERSIST",
                                        "EXPIRE orders:1 1",
                                        "COPY orders:1 orders:2",
                                        "LPUSH orders:1 x"),
                                Attempt.by(
                                        "to read what may be written",
                                        "keys: [{pattern: \"orders:*\", access: WriteOnly}]",
                                        "GET orders:1",
                                        "GETSET orders:1 x",
                                        "SET orders:1 x GET",
                                        "COPY orders:1 orders:2",
                                        "LRANGE orders:1 0 1",
                                        "GETDEL orders:1"),
                                Attempt.by(
                                        "without a key",
                                        "commands: {categories: [read, write]}",
                                        "GET orders:1",
                                        "SET orders:1 x"),
                                Attempt.by(
                                        "what is denied",
                                        "commands: {categories: [read, write, stream], deny: [del, xgroup|destroy]}, "
                                                + ORDERS,
                                        "DEL orders:1",
                                        "XGROUP DESTROY orders:1 g"),
                                Attempt.by(
                                        "what no category brings",
                                        "commands: {categories: []}, " + ORDERS,
                                        "GET orders:1",
                                        "EVAL x 0",
                                        "PUBLISH orders:x y",
                                        "MULTI")))
                .flatMap(part -> part);
    }

    @TestFactory
    Stream<DynamicTest> everyAttemptIsRefused() {
        var attempts = attempts().toList();
        assertThat(attempts).hasSizeGreaterThan(90);
        return attempts.stream().map(attempt -> DynamicTest.dynamicTest(attempt.name(), () -> isRefused(attempt)));
    }

    private static void isRefused(Attempt attempt) throws IOException {
        var user = user(attempt.user(), attempt.spec());
        var complaint = Permissions.complaint(attempt.user(), user.getSpec());
        if (attempt.commands().isEmpty()) {
            assertThat(complaint).as("accepted").isPresent();
            return;
        }
        assertThat(complaint).isEmpty();
        for (var server : servers) {
            server.has(user);
            try (var connection = server.connect(user)) {
                for (var command : attempt.commands()) {
                    var words = command.split(" ");
                    // DEBUG is switched off for everybody, and the server says so before it looks at rights.
                    assertThat(connection.ask(words))
                            .as("%s on %s", command, server)
                            .matches("-NOPERM .*|-ERR DEBUG command not allowed.*");
                }
            }
        }
    }

    /** A script has no more rights than who runs it. */
    @ParameterizedTest
    @MethodSource("servers")
    void scriptsReachNoMoreThanTheirUser(BareServer server) throws IOException {
        var user = user("mallory", ALL_CATEGORIES);
        server.has(user);
        try (var connection = server.connect(user)) {
            assertThat(connection.ask("EVAL", "return redis.call('SET', KEYS[1], 'x')", "1", "orders:1"))
                    .isEqualTo("OK");
            for (var script : List.of(
                    "return redis.call('GET', 'carts:1')",
                    "return redis.call('CONFIG', 'GET', '*')",
                    "return redis.call('ACL', 'LIST')",
                    "return redis.call('SCAN', '0')",
                    "return redis.call('SHUTDOWN')")) {
                assertThat(connection.ask("EVAL", script, "0"))
                        .as("%s on %s", script, server)
                        .startsWith("-")
                        .containsPattern(
                                "NOPERM|ACL failure|not allowed from script|The user executing the script can't");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void whatIsGrantedWorks(BareServer server) throws IOException {
        var user = user("orders", ALL_CATEGORIES);
        server.has(user);
        try (var connection = server.connect(user)) {
            assertThat(connection.ask("PING")).isEqualTo("PONG");
            assertThat(connection.ask("CLIENT", "SETNAME", "orders")).isEqualTo("OK");
            assertThat(connection.ask("SELECT", "0")).isEqualTo("OK");
            assertThat(connection.ask("INFO", "server")).contains("redis_version:");
            assertThat(connection.ask("SET", "orders:1", "x", "EX", "60")).isEqualTo("OK");
            assertThat(connection.ask("GET", "orders:1")).isEqualTo("x");
            assertThat(connection.ask("HSET", "orders:h", "f", "v")).doesNotStartWith("-");
            assertThat(connection.ask("XADD", "orders:s", "*", "f", "v")).contains("-");
            assertThat(connection.ask("MULTI")).isEqualTo("OK");
            assertThat(connection.ask("INCR", "orders:n")).isEqualTo("QUEUED");
            assertThat(connection.ask("EXEC")).startsWith("[");
            assertThat(connection.ask("PUBLISH", "orders:c", "text")).isEqualTo("0");
            assertThat(connection.ask("SUBSCRIBE", "orders:c")).startsWith("[subscribe");
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void readersReadAndWritersWrite(BareServer server) throws IOException {
        var user = user(
                "mixed",
                "commands: {categories: [read, write]}, keys: [{pattern: \"in:*\", access: ReadOnly}, {pattern: \"out:*\", access:"
                        + " WriteOnly}]");
        server.has(user);
        try (var connection = server.connect(user)) {
            assertThat(connection.ask("GET", "in:1")).isEqualTo("null");
            assertThat(connection.ask("SET", "out:1", "x")).isEqualTo("OK");
            assertThat(connection.ask("COPY", "in:1", "out:2")).isEqualTo("0");
            assertThat(connection.ask("GET", "out:1")).startsWith("-NOPERM");
            assertThat(connection.ask("SET", "in:1", "x")).startsWith("-NOPERM");
        }
    }

    /** The rules in one file; any server starts on it. */
    @ParameterizedTest
    @MethodSource("servers")
    void everyEngineReadsWhatMayBeGranted(BareServer server) throws IOException {
        var everything = CommandCatalogue.names().stream()
                .filter(CommandCatalogue::mayBeGranted)
                .map(command -> "\"" + command + "\"")
                .toList();
        var denied = CommandCatalogue.names().stream()
                .map(command -> "\"" + command + "\"")
                .toList();
        var allowing = user("allowing", "commands: {allow: " + everything + "}, " + ORDERS);
        var denying = user("denying", "commands: {deny: " + denied + "}, " + ORDERS);

        server.restartsWith(AclFile.render(List.of(RedisUsers.onServer(allowing), RedisUsers.onServer(denying))));

        try (var connection = server.connect(allowing)) {
            assertThat(connection.ask("SET", "orders:1", "x")).isEqualTo("OK");
        }
        assertThat(server.whatItWouldLetRun(allowing.getMetadata().getName())).isEmpty();
    }

    /** What is asked before a user is made is asked rightly: somebody with all rights would be let through. */
    @ParameterizedTest
    @MethodSource("servers")
    void theTrialSeesWhatItIsFor(BareServer server) throws IOException {
        server.sets("omnipotent", "on nopass ~* &* +@all");
        var missed = new TreeSet<String>();
        Forbidden.commands().forEach(command -> missed.add(String.join(" ", command)));

        missed.removeAll(server.whatItWouldLetRun("omnipotent"));

        assertThat(missed)
                .as("%s", server)
                .isSubsetOf(server.isValkey() ? Set.of() : Set.of("SCRIPT SHOW " + "0".repeat(40)));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void theTrialLetsUsersOfThisKindPass(BareServer server) throws IOException {
        var user = user("orders", ALL_CATEGORIES);
        server.has(user);

        assertThat(server.whatItWouldLetRun("orders")).isEmpty();
    }

    /** Nothing that Redis calls administrative or dangerous may be granted but INFO, on any engine, by any name. */
    @ParameterizedTest
    @MethodSource("servers")
    void whatMayBeGrantedIsNeitherAdministrativeNorDangerous(BareServer server) throws IOException {
        for (var command : server.commands()) {
            if (!Collections.disjoint(command.categories(), Set.of("@admin", "@dangerous"))
                    && !command.name().equals("info")) {
                assertThat(CommandCatalogue.mayBeGranted(command.name()))
                        .as(command.name())
                        .isFalse();
            }
        }
        var names = server.commands().stream().map(BareServer.Command::name).toList();
        assertThat(names).as("what Redis 7.0 knows, every server knows").containsAll(CommandCatalogue.names());
        if (server.isRedis70()) {
            assertThat(names).containsExactlyInAnyOrderElementsOf(CommandCatalogue.names());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "keys: [{pattern: \"b:*\"}, {pattern: \"a:*\", access: ReadOnly}]; resetkeys %R~a:* ~b:* resetchannels",
                "keys: [{pattern: x, access: WriteOnly}], channels: [b, a]; resetkeys %W~x resetchannels &a &b",
            })
    void keysAndChannelsInOneOrder(String spec, String rules) {
        assertThat(Permissions.rules(user("orders", spec).getSpec()))
                .startsWith(rules + " -@all +@connection +@read +@write -@admin");
    }

    @Test
    void whatIsWithheldComesAfterWhatIsGranted() {
        var rules = Permissions.rules(user("orders", "commands: {categories: [read], allow: [info, set], deny: [get]}")
                .getSpec());

        assertThat(rules)
                .isEqualTo(
                        "resetkeys resetchannels -@all +@connection +@read +info +set -@admin -@dangerous +info -scan -randomkey"
                                + " -function -script|debug -script|flush -script|kill -client|tracking -client|caching -pubsub|channels"
                                + " -pubsub|shardchannels -get");
    }

    @Test
    void theOrderOfAListChangesNothing() {
        assertThat(Permissions.rules(user("a", "commands: {categories: [write, read], allow: [b, a]}")
                        .getSpec()))
                .isEqualTo(Permissions.rules(user("a", "commands: {categories: [read, write], allow: [a, b]}")
                        .getSpec()));
    }

    @Test
    void theFileIsReadAsItIsWritten() {
        List<RedisUser> users = List.of(user("a", ORDERS), user("b", "keys: [{pattern: x, access: ReadOnly}]"));
        var written = new ArrayList<ServerUser>(
                users.stream().map(RedisUsers::onServer).toList());
        written.add(ServerUser.withPasswords("two", List.of(RedisUsers.hash("1"), RedisUsers.hash("2")), "+get"));

        var read =
                AclFile.withPasswords("user default off sanitize-payload resetpass -@all\nuser evil on nopass +@all\n"
                        + AclFile.render(written));

        assertThat(read.values()).containsExactlyElementsOf(written);
    }
}
