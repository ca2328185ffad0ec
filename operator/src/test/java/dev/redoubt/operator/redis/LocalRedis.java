package dev.redoubt.operator.redis;

import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.redisconf.RedisConf;
import dev.redoubt.operator.server.ServerTarget;
import io.fabric8.kubernetes.api.model.Container;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * The pod of a Redis without the pod: the rendered command, with the rendered files at other paths, as a child process. It has
 * a loopback address of its own, so that even the port is the rendered one.
 */
public final class LocalRedis implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    private final Path directory;
    private volatile RedisModel model;
    private final String address;
    private final Container container;
    private Process process;
    private int mounts;

    private LocalRedis(Path directory, RedisModel model, String address) {
        this.directory = directory;
        this.model = model;
        this.address = address;
        this.container = RedisFixture.statefulSet(RedisObjects.render(model))
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();
    }

    /** Whether the programs are here. */
    public static boolean isInstalled() {
        return areHere("redis-server", "redis-cli");
    }

    static boolean areHere(String... programs) {
        var places = System.getenv("PATH").split(File.pathSeparator);
        return Stream.of(programs).allMatch(program -> Arrays.stream(places)
                .anyMatch(place -> Files.isExecutable(Path.of(place, program))));
    }

    /** A server for {@code spec} that answers, with its files in {@code directory}. */
    public static LocalRedis start(Path directory, String name, String spec) {
        return start(directory, RedisFixture.modelOfToday(RedisFixture.redis(name, spec)));
    }

    /** A server for {@code model} that answers, with its files in {@code directory}. */
    static LocalRedis start(Path directory, RedisModel model) {
        var server = new LocalRedis(directory, model, freeAddress());
        server.writeFiles();
        server.start();
        return server;
    }

    /** One of the sixteen million addresses of the loopback interface on which nobody has the port. */
    private static String freeAddress() {
        var random = ThreadLocalRandom.current();
        while (true) {
            var address =
                    "127.%d.%d.%d".formatted(random.nextInt(64, 192), random.nextInt(256), random.nextInt(1, 255));
            try (var probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(address, RedisNames.PORT));
                return address;
            } catch (IOException e) {
                // Taken: another one.
            }
        }
    }

    private void writeFiles() {
        var objects = RedisObjects.render(model);
        var names = model.names();
        try {
            Files.createDirectories(directory.resolve("data"));
            var config = RedisFixture.configMap(objects, names.configMap()).getData();
            write("redis", Map.of(RedisConf.CONFIG_FILE, here(config.get(RedisConf.CONFIG_FILE))));
            write("acl", SecretData.decode(RedisFixture.secret(objects, names.aclSecret())));
            write("tls", SecretData.decode(RedisFixture.secret(objects, names.tlsSecret())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String place, Map<String, String> files) throws IOException {
        Files.createDirectories(directory.resolve(place));
        for (var file : files.entrySet()) {
            Files.writeString(directory.resolve(place).resolve(file.getKey()), file.getValue());
        }
    }

    /** The certificates of {@code other}, as the kubelet brings them: all at once, while the server runs. */
    void mountCertificates(RedisModel other) throws IOException {
        var next = directory.resolve("tls-" + mounts++);
        var files = SecretData.decode(
                RedisFixture.secret(RedisObjects.render(other), other.names().tlsSecret()));
        write(next.getFileName().toString(), files);
        for (var file : files.keySet()) {
            Files.move(
                    next.resolve(file),
                    directory.resolve("tls").resolve(file),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
        model = other;
    }

    /** {@code text} with the pod's paths replaced by those in the directory. */
    private String here(String text) {
        return text.replace("/etc/redoubt", directory.toString())
                .replace("dir " + RedisConf.DATA_DIR, "dir " + directory.resolve("data"));
    }

    /** Starts the process, again if it was stopped, and waits for its first answer. */
    public void start() {
        var command =
                new ArrayList<>(container.getCommand().stream().map(this::here).toList());
        command.addAll(List.of("--bind", address));
        try {
            process = new ProcessBuilder(ignoringFileLimits(command))
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var child = process;
        Runtime.getRuntime().addShutdownHook(new Thread(child::destroyForcibly));
        Awaitility.await("the server answers").atMost(START).until(this::answers);
    }

    /** A file that may not grow shall make a write fail, as a full volume does, and not end the process. */
    private static List<String> ignoringFileLimits(List<String> command) {
        var wrapped = new ArrayList<>(List.of("sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"));
        wrapped.addAll(command);
        return wrapped;
    }

    private boolean answers() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("The server ended: " + log());
        }
        try (var probe = connect("probe", "probe")) {
            return probe.ask("PING").equals("PONG");
        } catch (IOException e) {
            return false;
        }
    }

    String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    Path data() {
        return directory.resolve("data");
    }

    String address() {
        return address;
    }

    RedisModel model() {
        return model;
    }

    /** A connection of nobody. */
    RespConnection connect() throws IOException {
        return RespConnection.overTls(
                address,
                RedisNames.PORT,
                model.identity().bundle(),
                Optional.ofNullable(model.identity().clients().get(AclUser.PROBE.userName())));
    }

    /** A connection of {@code user}. */
    RespConnection connect(AclUser user) throws IOException {
        return connect(
                user.userName(),
                user.hasPassword() ? model.credentials().of(user).plain() : "none");
    }

    RespConnection connect(String user, String password) throws IOException {
        var connection = connect();
        var answer = connection.ask("AUTH", user, password);
        if (!answer.equals("OK")) {
            connection.close();
            throw new IOException(answer);
        }
        return connection;
    }

    /** How many connections of the operator's own client it has. */
    public long operatorConnections() {
        try (var operator = connect(AclUser.OPERATOR)) {
            return operator.ask("CLIENT", "LIST")
                    .lines()
                    .filter(line -> line.contains("name=redoubt-operator"))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How the operator reaches it. */
    public ServerTarget target() {
        return target(model.names().podHost(0), model.identity().bundle());
    }

    /** The same for a certificate of {@code host} that {@code authorityPem} issued. */
    public ServerTarget target(String host, String authorityPem) {
        try {
            var number = InetAddress.getByName(address).getAddress();
            return new ServerTarget(
                    host,
                    InetAddress.getByAddress(host, number),
                    RedisNames.PORT,
                    AclUser.OPERATOR.userName(),
                    model.credentials().allOf(AclUser.OPERATOR),
                    authorityPem,
                    Optional.ofNullable(model.identity().clients().get(AclUser.OPERATOR.userName())));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** How one of the container's probes ends: its exit code, and what it prints. */
    String probe(List<String> command) throws Exception {
        var here = new ArrayList<>(command.stream().map(this::here).toList());
        here.addAll(1, List.of("-h", address));
        var probe = new ProcessBuilder(here).redirectErrorStream(true).start();
        var output = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        probe.waitFor(20, TimeUnit.SECONDS);
        return probe.exitValue() + " " + output.strip();
    }

    Container container() {
        return container;
    }

    /** The process stops to run, as on a node that hangs; its connections stay. */
    public void freeze() {
        signal("STOP");
    }

    public void thaw() {
        signal("CONT");
    }

    /** From now on no file of the server may have more than so many bytes; {@code unlimited} as before. */
    public void limitFiles(String bytes) {
        run("prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + bytes + ":unlimited");
    }

    private void signal(String name) {
        run("kill", "-" + name, Long.toString(process.pid()));
    }

    private static void run(String... command) {
        try {
            if (new ProcessBuilder(command).start().waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** As the kubelet ends it. */
    public void terminate() {
        process.destroy();
        process.onExit().join();
    }

    /** As the kernel ends it. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    int exitCode() {
        return process.exitValue();
    }

    @Override
    public void close() {
        kill();
    }
}
