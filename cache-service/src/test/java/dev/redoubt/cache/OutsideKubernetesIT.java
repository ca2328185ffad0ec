package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The service as docs/cache-service.md starts it outside Kubernetes, with a Redis that has no TLS and that {@code REDIS_URL} names. */
class OutsideKubernetesIT {

    private static final String USERS = """
            user default on >p@ss:word/1 ~* &* +@all
            user app on >secret resetkeys ~redoubt:* -@all +ping +get +set +unlink +pexpire +evalsha +eval +client|tracking +select
            """;
    private static final String LOGIN = "AUTH p@ss:word/1";

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    Path directory;

    private RedisServer redis;

    @BeforeEach
    void aRedis() throws Exception {
        redis = RedisServer.plain(directory.resolve("redis"), USERS);
    }

    @AfterEach
    void end() {
        redis.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"a password, :p%40ss%3Aword%2F1", "a user who may do no more than needed, app:secret"})
    void keepsValuesInTheDatabaseThatTheUrlNames(String what, String login) throws Exception {
        String url = "redis://" + login + "@localhost:" + redis.port() + "/3";
        String yaml = """
                http: {port: 0}
                management: {port: 0}
                shutdown: {drain: 0s}
                """ + Service.REGIONS_AND_CLIENTS;
        try (Service service = Service.start(directory, yaml, Map.of("REDIS_URL", url))) {
            Awaitility.await(what).atMost(Duration.ofSeconds(20)).until(() -> service.mode()
                    .equals("NORMAL"));
            assertThat(service.put("/v1/cache/long/k", "v").statusCode()).isEqualTo(201);
            assertThat(service.get("/v1/cache/long/k").body()).isEqualTo("v");
            assertThat(service.status().get("redis").get("tls").asBoolean()).isFalse();
        }
        assertThat(ask("SELECT 3", "EXISTS redoubt:c:long:k", "DBSIZE")).containsExactly("+OK", ":1", ":1");
        assertThat(ask("SELECT 0", "DBSIZE")).containsExactly("+OK", ":0");
    }

    @Test
    void theJarOfTheDocumentationRunsWithTheExample() throws Exception {
        int api = RedisServer.freePort();
        int management = RedisServer.freePort();
        Path config = Files.writeString(
                directory.resolve("example.yaml"),
                replaced(
                        Files.readString(ROOT.resolve("cache-service/example.yaml")),
                        Map.of("port: 8080", "port: " + api, "port: 8081", "port: " + management)));
        String command = replaced(
                documented("REDIS_URL="),
                Map.of(
                        "redis://localhost:6379",
                        "redis://:p%40ss%3Aword%2F1@localhost:" + redis.port(),
                        "cache-service/example.yaml",
                        config.toString()));
        Path log = directory.resolve("service.log");
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", command.replace("REDIS_URL", "exec env REDIS_URL"))
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .merge("PATH", System.getProperty("java.home") + "/bin", (path, java) -> java + ":" + path);
        Process process = builder.start();
        try {
            Awaitility.await("the service answers")
                    .atMost(Duration.ofSeconds(60))
                    .failFast(() -> assertThat(process.isAlive())
                            .as(Files.readString(log))
                            .isTrue())
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> call(api, "GET", "/readyz", "").statusCode() == 200);
            assertThat(call(api, "GET", "/livez", "").statusCode()).isEqualTo(200);
            assertThat(call(management, "GET", "/livez", "").statusCode()).isEqualTo(200);
            assertThat(call(api, "PUT", "/v1/cache/latest-sample/k", "v").statusCode())
                    .isEqualTo(201);
            assertThat(call(api, "GET", "/v1/cache/latest-sample/k", "").body()).isEqualTo("v");
            assertThat(ask("EXISTS redoubt:c:latest-sample:k")).containsExactly(":1");
        } finally {
            process.destroy();
            boolean ended = process.waitFor(30, TimeUnit.SECONDS);
            process.destroyForcibly();
            assertThat(ended).as(Files.readString(log)).isTrue();
        }
        assertThat(process.exitValue()).isZero();
        assertThat(Files.readString(log)).doesNotContain("p@ss", "p%40ss", "\tat ", "Exception");
    }

    /** The command of the documentation that begins so, with the lines that continue it. */
    private static String documented(String begin) throws IOException {
        Matcher command = Pattern.compile("^\\$ (" + begin + "(?:.*\\\\\n)*.*)$", Pattern.MULTILINE)
                .matcher(Files.readString(ROOT.resolve("docs/cache-service.md")));
        assertThat(command.find()).as("the command $ " + begin + "…").isTrue();
        return command.group(1);
    }

    private static String replaced(String text, Map<String, String> words) {
        for (Map.Entry<String, String> word : words.entrySet()) {
            assertThat(text).contains(word.getKey());
            text = text.replace(word.getKey(), word.getValue());
        }
        return text;
    }

    private static HttpResponse<String> call(int port, String method, String path, String body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                            .timeout(Duration.ofSeconds(20))
                            .header("Authorization", "Bearer example-key")
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    /** What the server itself answers, one line for each command. */
    private List<String> ask(String... commands) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write((LOGIN + "\r\n" + String.join("\r\n", commands) + "\r\nQUIT\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            List<String> answers = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .lines()
                    .toList();
            assertThat(answers).startsWith("+OK").endsWith("+OK");
            return answers.subList(1, answers.size() - 1);
        }
    }
}
