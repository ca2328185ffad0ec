package dev.redoubt.operator.acl;

import dev.redoubt.api.v1alpha1.RedisUser;
import dev.redoubt.operator.redis.RespConnection;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** An engine with nothing but an ACL file, on a port of the loopback interface; its default user may do everything. */
final class BareServer {
    private static final String ADDRESS = "127.0.0.1";
    private static final String OPEN = "user default on nopass ~* &* +@all\n";

    private final Path program;
    private final Path directory;
    private final int port;
    private Process process;

    private BareServer(Path program) {
        this.program = program;
        try (var probe = new ServerSocket(0)) {
            this.directory = Files.createTempDirectory("bare-server");
            this.port = probe.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command or subcommand, written {@code config|get}. */
    record Command(String name, Set<String> categories) {}

    /** One of each engine and version in PATH. */
    static List<BareServer> startAllThatAreHere() {
        return Stream.of("redis-server", "redis-server-7.0", "valkey-server")
                .flatMap(name -> Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .map(place -> Path.of(place, name))
                        .filter(Files::isExecutable)
                        .limit(1))
                .map(BareServer::new)
                .peek(server -> server.restartsWith(""))
                .toList();
    }

    /** Starts it, anew if it runs, with the users that {@code acl} declares. */
    void restartsWith(String acl) {
        stop();
        try {
            Files.writeString(directory.resolve("users.acl"), OPEN + acl);
            process = new ProcessBuilder(
                            program.toString(),
                            "--bind",
                            ADDRESS,
                            "--port",
                            String.valueOf(port),
                            "--save",
                            "",
                            "--dir",
                            directory.toString(),
                            "--aclfile",
                            directory.resolve("users.acl").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var child = process;
        Runtime.getRuntime().addShutdownHook(new Thread(child::destroyForcibly));
        Awaitility.await("the server answers").until(this::answers);
    }

    private boolean answers() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("The server ended: " + Files.readString(directory.resolve("log")));
        }
        try (var connection = RespConnection.plain(ADDRESS, port)) {
            return connection.ask("PING").equals("PONG");
        } catch (IOException e) {
            return false;
        }
    }

    /** Has it make a user with exactly these rules. */
    void sets(String name, String rules) throws IOException {
        var words = new ArrayList<>(List.of("ACL", "SETUSER", name, "reset"));
        words.addAll(List.of(rules.split(" ")));
        try (var administrator = RespConnection.plain(ADDRESS, port)) {
            var answer = administrator.ask(words.toArray(String[]::new));
            if (!answer.equals("OK")) {
                throw new AssertionError(answer);
            }
        }
    }

    void has(RedisUser user) throws IOException {
        sets(user.getMetadata().getName(), RedisUsers.onServer(user).definition());
    }

    /** A connection that is logged in. */
    RespConnection connect(RedisUser user) throws IOException {
        var name = user.getMetadata().getName();
        var connection = RespConnection.plain(ADDRESS, port);
        var answer = connection.ask("AUTH", name, RedisUsers.password(name));
        if (!answer.equals("OK")) {
            throw new AssertionError(answer);
        }
        return connection;
    }

    /** Of what no RedisUser may run, what it would let {@code user} run. */
    Set<String> whatItWouldLetRun(String user) throws IOException {
        var allowed = new TreeSet<String>();
        try (var administrator = RespConnection.plain(ADDRESS, port)) {
            for (var command : Forbidden.commands()) {
                var words = new ArrayList<>(List.of("ACL", "DRYRUN", user));
                words.addAll(command);
                if (administrator.ask(words.toArray(String[]::new)).equals("OK")) {
                    allowed.add(String.join(" ", command));
                }
            }
        }
        return allowed;
    }

    List<Command> commands() throws IOException {
        try (var administrator = RespConnection.plain(ADDRESS, port)) {
            return ((List<?>) administrator.send("COMMAND"))
                    .stream().flatMap(found -> commands((List<?>) found)).toList();
        }
    }

    /** The server's own description: name, arity, flags, three key positions, categories, tips, keys, subcommands. */
    private static Stream<Command> commands(List<?> described) {
        var categories =
                ((Collection<?>) described.get(6)).stream().map(String::valueOf).collect(Collectors.toSet());
        return Stream.concat(
                Stream.of(new Command((String) described.getFirst(), categories)),
                ((List<?>) described.get(9)).stream().flatMap(found -> commands((List<?>) found)));
    }

    boolean isValkey() {
        return program.getFileName().toString().startsWith("valkey");
    }

    boolean isRedis70() throws IOException {
        try (var administrator = RespConnection.plain(ADDRESS, port)) {
            return administrator.ask("INFO", "server").contains("redis_version:7.0.");
        }
    }

    void stop() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }

    @Override
    public String toString() {
        return program.getFileName().toString();
    }
}
