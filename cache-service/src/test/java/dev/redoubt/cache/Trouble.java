package dev.redoubt.cache;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** A real Redis behind a {@link TcpProxy}, and everything that can happen to them. */
final class Trouble implements AutoCloseable {

    static final String PASSWORD = "service-password";

    private final String program;
    private final Path directory;
    private final int port;
    private final TcpProxy proxy;
    private Process redis;

    Trouble(String program, Path directory) throws IOException {
        this.program = program;
        this.directory = Files.createDirectories(directory);
        this.port = RedisServer.freePort();
        this.proxy = new TcpProxy(port);
        Files.writeString(
                directory.resolve("users.acl"),
                RedisServer.acl(PASSWORD).replace("user default off", "user default on nopass ~* &* +@all"));
        start();
    }

    /** What REDIS_URL says. */
    String url() {
        return "redis://service:" + PASSWORD + "@127.0.0.1:" + proxy.port();
    }

    /** One thing that can happen. */
    interface Event {
        void happens() throws Exception;
    }

    /**
     * A kind of trouble.
     *
     * @param name for people
     * @param begins what makes it
     * @param ends what takes it away again
     */
    record Kind(String name, Event begins, Event ends) {}

    /** All kinds, with an amount of data that takes about that long to load. */
    List<Kind> kinds(Duration loading) {
        return List.of(
                new Kind("SIGKILL, started again", this::kill, this::start),
                new Kind("SIGSTOP, SIGCONT", () -> signal("STOP"), () -> signal("CONT")),
                new Kind("packets lost", () -> proxy.pass(TcpProxy.Way.NOTHING), () -> proxy.pass(TcpProxy.Way.BOTH)),
                new Kind(
                        "half-open: answers lost",
                        () -> proxy.pass(TcpProxy.Way.REQUESTS_ONLY),
                        () -> proxy.pass(TcpProxy.Way.BOTH)),
                new Kind("300 ms more latency", () -> proxy.delay(150), () -> proxy.delay(0)),
                new Kind("LOADING", () -> restartLoading(loading), this::awaitLoaded),
                new Kind(
                        "READONLY: made a replica",
                        () -> cli("REPLICAOF", "127.0.0.1", "1"),
                        () -> cli("REPLICAOF", "NO", "ONE")),
                new Kind(
                        "OOM: noeviction and full",
                        () -> cli("CONFIG", "SET", "maxmemory", "1"),
                        () -> cli("CONFIG", "SET", "maxmemory", "0")),
                new Kind("MISCONF: cannot save", this::failToSave, this::saveAgain),
                new Kind(
                        "password changed",
                        this::changePassword,
                        () -> cli("ACL", "SETUSER", "service", "resetpass", ">" + PASSWORD)),
                new Kind("FLUSHALL", () -> cli("FLUSHALL"), () -> {}),
                new Kind("restart with a lost tail", this::loseTheTail, () -> {}));
    }

    private void start() throws IOException {
        start(0);
    }

    /** @param loadDelay microseconds that Redis is to spend on each key that it loads */
    private void start(int loadDelay) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--port",
                String.valueOf(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--dir",
                directory.toString(),
                "--aclfile",
                directory.resolve("users.acl").toString(),
                "--enable-protected-configs",
                "yes",
                "--enable-debug-command",
                "yes"));
        if (loadDelay > 0) {
            command.addAll(List.of(
                    "--key-load-delay", String.valueOf(loadDelay), "--loading-process-events-interval-bytes", "1024"));
        }
        redis = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("server.log").toFile())
                .start();
        Awaitility.await("Redis listens").atMost(Duration.ofSeconds(30)).until(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    private void kill() {
        redis.destroyForcibly().onExit().join();
    }

    private void signal(String name) throws IOException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(redis.pid()))
                .start()
                .onExit()
                .join();
    }

    private void restartLoading(Duration loading) throws IOException {
        int keys = 2_000;
        cli("DEBUG", "POPULATE", String.valueOf(keys), "filler");
        cli("SAVE");
        kill();
        start((int) (loading.toNanos() / 1000 / keys));
    }

    private void awaitLoaded() {
        Awaitility.await("loaded").atMost(Duration.ofMinutes(2)).until(() -> cli("PING")
                .equals("PONG"));
    }

    private void failToSave() throws IOException {
        Path gone = Files.createDirectories(directory.resolve("gone"));
        cli("CONFIG", "SET", "dir", gone.toString());
        Files.delete(gone);
        cli("CONFIG", "SET", "save", "3600 1");
        cli("BGSAVE");
    }

    private void saveAgain() throws IOException {
        cli("CONFIG", "SET", "dir", directory.toString());
        cli("CONFIG", "SET", "save", "");
    }

    private void changePassword() throws IOException {
        cli("ACL", "SETUSER", "service", "resetpass", ">another");
        cli("CLIENT", "KILL", "USER", "service");
    }

    private void loseTheTail() throws IOException {
        cli("SAVE");
        cli("SET", "redoubt:tail", "lost");
        kill();
        start();
    }

    /** What an administrator asks; the answer without its newline. */
    String cli(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-p", String.valueOf(port)));
        command.addAll(List.of(words));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    @Override
    public void close() throws IOException {
        signal("CONT");
        kill();
        proxy.close();
    }
}
