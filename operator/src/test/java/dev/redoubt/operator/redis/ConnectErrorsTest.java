package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.operator.acl.AclUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client says that cannot connect is on the page, word for word: each of these is brought about here. */
@RealServer
class ConnectErrorsTest {
    private static final Path PAGE = Path.of("../docs/troubleshooting.md");
    private static final String SECTION = "## An application cannot connect\n";
    /** Its cause is the network, which ConnectIT has drop packets. */
    private static final String OF_THE_NETWORK = "timed out";
    /** ConnectIT has a server load for long enough. */
    private static final String OF_A_MOMENT = "LOADING";

    @TempDir
    private static Path directory;

    private static LocalRedis server;

    @BeforeAll
    static void start() {
        server = LocalRedis.start(directory, "small", "{maxMemory: 16Mi, maxMemoryPolicy: noeviction}");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void eachOfTheWordsOnThePageIsSaidForItsCause() throws Exception {
        var said = new TreeMap<String, String>();
        said.put("Name or service not known", asks("nowhere.invalid", trusting()));
        said.put("Connection refused", asks(server.address(), List.of("-p", "6378")));
        said.put("Connection reset by peer", asks(server.address(), List.of()));
        said.put("certificate verify failed", asks(server.address(), List.of("--tls")));
        said.put("NOAUTH Authentication required.", asks(server.address(), trusting()));
        said.put("WRONGPASS invalid username-password pair or user is disabled.", as("app", "old"));
        said.put("NOPERM", as("app", password(), "CONFIG", "GET", "dir"));
        said.put("MISCONF", withAFullVolume());
        said.put("OOM command not allowed when used memory > 'maxmemory'", withFullMemory());

        assertThat(said).allSatisfy((words, answer) -> assertThat(answer).contains(words));
        var others = new ArrayList<>(onThePage());
        others.removeAll(said.keySet());
        assertThat(others).containsExactlyInAnyOrder(OF_THE_NETWORK, OF_A_MOMENT);
    }

    /** A password without a user is one of user {@code default}, who is off. */
    @Test
    void aPasswordWithoutAUserIsRefusedLikeAnOldOne() throws Exception {
        assertThat(asks(server.address(), trusting("--pass", password())))
                .contains("WRONGPASS invalid username-password pair or user is disabled.");
    }

    /** Over TLS the server has no words for it: it closes the connection before the handshake. */
    @Test
    void aServerThatHasEnoughClientsHangsUp() throws Exception {
        assertThat(withOneClientAtMost()).doesNotContain("PONG");
        assertThat(as("app", password(), "PING")).contains("PONG");
    }

    /** The first cells of the table. */
    private static List<String> onThePage() throws IOException {
        var page = Files.readString(PAGE);
        var start = page.indexOf(SECTION);
        return page.substring(start, page.indexOf("\n## ", start + 1))
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .toList();
    }

    private static String withOneClientAtMost() throws Exception {
        try (var operator = server.connect(AclUser.OPERATOR);
                var first = server.connect(AclUser.APP)) {
            assertThat(first.ask("PING")).isEqualTo("PONG");
            set(operator, "maxclients", "2");
            var answer = as("app", password(), "PING");
            set(operator, "maxclients", "10000");
            return answer;
        }
    }

    private static String withAFullVolume() throws Exception {
        var large = "x".repeat(100_000);
        server.limitFiles("150000");
        try (var app = server.connect(AclUser.APP)) {
            var answer = "OK";
            for (var key = 0; answer.equals("OK"); key++) {
                answer = app.ask("SET", "large:" + key, large);
            }
            return answer;
        } finally {
            server.limitFiles("unlimited");
        }
    }

    private static String withFullMemory() throws Exception {
        try (var operator = server.connect(AclUser.OPERATOR)) {
            set(operator, "maxmemory", "1");
            var answer = as("app", password(), "SET", "more", "data");
            set(operator, "maxmemory", "16777216");
            return answer;
        }
    }

    private static void set(RespConnection operator, String parameter, String value) throws IOException {
        assertThat(operator.ask("CONFIG", "SET", parameter, value)).isEqualTo("OK");
    }

    private static String password() {
        return server.model().credentials().of(AclUser.APP).plain();
    }

    private static List<String> trusting(String... more) {
        var arguments = new ArrayList<>(
                List.of("--tls", "--cacert", directory.resolve("tls/ca.crt").toString()));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private static String as(String user, String password, String... command) throws Exception {
        return asks(server.address(), trusting("--user", user, "--pass", password), command);
    }

    /** All that redis-cli prints. */
    private static String asks(String host, List<String> how, String... command) throws Exception {
        var line = new ArrayList<>(List.of("redis-cli", "-h", host));
        line.addAll(how);
        line.addAll(command.length == 0 ? List.of("PING") : List.of(command));
        var builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().putAll(Map.of("LC_ALL", "C"));
        var client = builder.start();
        var output = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(client.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
