package dev.redoubt.cache;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A real server as a child process on a free port of the loopback interface: TLS only, ACL file, with the user {@code service} and
 * exactly the grants that the operator gives it; or {@link #plain}.
 */
final class RedisServer implements AutoCloseable {

    private static final String NAMES = "dns:localhost,ip:127.0.0.1";

    static final String PASSWORD = "service-password";

    private final String program;
    private final Path directory;
    private final TestCertificate certificate;
    private final int port;
    private final boolean tls;
    private final String users;
    private Process process;
    private boolean clientCertificates;

    private RedisServer(String program, Path directory, String names, boolean tls, String users) throws Exception {
        this.program = program;
        this.directory = Files.createDirectories(directory);
        this.certificate = TestCertificate.in(directory.resolve("tls"), "redis", names);
        this.port = freePort();
        this.tls = tls;
        this.users = users;
    }

    /** A server that is not started yet; its port stays its own. */
    static RedisServer absent(Path directory) throws Exception {
        return new RedisServer("redis-server", directory, NAMES, true, acl(PASSWORD));
    }

    /** A server whose user {@code service} has the rights that the operator gives to an application's. */
    static RedisServer forApplications(Path directory) throws Exception {
        String user = "user service on #" + sha256(PASSWORD) + " ~* &* +@all -@admin -@dangerous +info\n";
        RedisServer server = new RedisServer("redis-server", directory, NAMES, true, user);
        server.start();
        return server;
    }

    /** A server without TLS that nobody's operator made, with these users. */
    static RedisServer plain(Path directory, String users) throws Exception {
        return plain("redis-server", directory, users);
    }

    static RedisServer plain(String program, Path directory, String users) throws Exception {
        RedisServer server = new RedisServer(program, directory, NAMES, false, users);
        server.start();
        return server;
    }

    static RedisServer started(String program, Path directory) throws Exception {
        return started(program, directory, NAMES);
    }

    /** A server that refuses who presents no certificate; its own, which is its own authority, is one that it lets in. */
    static RedisServer requiringCertificates(Path directory) throws Exception {
        RedisServer server = absent(directory);
        server.clientCertificates = true;
        server.start();
        return server;
    }

    /** With a certificate for these names. */
    static RedisServer started(String program, Path directory, String names) throws Exception {
        RedisServer server = new RedisServer(program, directory, names, true, acl(PASSWORD));
        server.start();
        return server;
    }

    /** Those of the engines that are installed here. */
    static List<String> programs() {
        return Stream.of("redis-server", "valkey-server")
                .filter(RedisServer::isInstalled)
                .toList();
    }

    static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }

    void start() throws IOException {
        Path acl = directory.resolve("users.acl");
        Files.writeString(acl, users);
        process = new ProcessBuilder(
                        program,
                        "--port",
                        tls ? "0" : String.valueOf(port),
                        "--bind",
                        "127.0.0.1",
                        "--tls-port",
                        tls ? String.valueOf(port) : "0",
                        "--tls-cert-file",
                        certificate.certificate().toString(),
                        "--tls-key-file",
                        certificate.privateKey().toString(),
                        "--tls-ca-cert-file",
                        certificate.certificate().toString(),
                        "--tls-auth-clients",
                        clientCertificates ? "yes" : "no",
                        "--aclfile",
                        acl.toString(),
                        "--save",
                        "",
                        "--appendonly",
                        "no",
                        "--dir",
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("server.log").toFile())
                .start();
        Awaitility.await("server listens").atMost(Duration.ofSeconds(20)).until(this::listens);
    }

    /** The line that the operator renders for the service. */
    static String acl(String password) {
        return "user default off\nuser service on #" + sha256(password)
                + " resetchannels &redoubt:* resetkeys ~redoubt:* -@all +ping +get +set +unlink +pexpire +evalsha +eval +client|tracking"
                + " +getex +time +zadd +zcard +zremrangebyscore\nuser admin on #" + sha256(PASSWORD) + " ~* &* +@all\n";
    }

    /** A binding directory as the operator makes it. */
    Path binding(String host, String password) throws IOException {
        Path binding = Files.createDirectories(directory.resolve("binding"));
        Files.writeString(binding.resolve("REDIS_HOST"), host);
        Files.writeString(binding.resolve("REDIS_PORT"), String.valueOf(port));
        Files.writeString(binding.resolve("REDIS_USERNAME"), "service");
        Files.writeString(binding.resolve("REDIS_PASSWORD"), password);
        Files.copy(certificate.certificate(), binding.resolve("ca.crt"), StandardCopyOption.REPLACE_EXISTING);
        return binding;
    }

    Path binding() throws IOException {
        return binding("localhost", PASSWORD);
    }

    TestCertificate certificate() {
        return certificate;
    }

    int port() {
        return port;
    }

    /** SCRIPT FLUSH by somebody who may. */
    void forgetScripts() throws Exception {
        admin("SCRIPT", "FLUSH");
    }

    /** A command as the user {@code admin}, who may do everything; the answer as redis-cli prints it. */
    String admin(String... command) throws Exception {
        List<String> line = new java.util.ArrayList<>(List.of(
                "redis-cli", "-h", "127.0.0.1", "-p", String.valueOf(port), "--user", "admin", "--no-auth-warning"));
        if (tls) {
            line.addAll(List.of("--tls", "--cacert", certificate.certificate().toString(), "--sni", "localhost"));
        }
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().put("REDISCLI_AUTH", PASSWORD);
        Process cli = builder.start();
        String answer = new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (cli.waitFor() != 0) {
            throw new IllegalStateException(answer);
        }
        return answer.strip();
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    void pause() throws IOException {
        signal("STOP");
    }

    void resume() throws IOException {
        signal("CONT");
    }

    private void signal(String name) throws IOException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .onExit()
                .join();
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
