package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the snippets of docs/connect.md as they stand there, with a binding in a directory of the test: those for the cache service in
 * every language, Lettuce and redis-cli. Those for redis-py run in the end-to-end tests, whose client image has it; ioredis is not run.
 */
class ConnectIT {

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    Path directory;

    @Test
    void theCacheServiceIsUsedFromEveryLanguage() throws Exception {
        Path binding = Files.createDirectories(directory.resolve("binding"));
        TestCertificate certificate = TestCertificate.in(directory.resolve("tls"), "service");
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"));
                Service service = Service.start(
                        directory,
                        """
                        redis: {binding: %s, commandTimeout: 5s}
                        https: {port: 0, certificate: %s, privateKey: %s}
                        management: {port: 0}
                        shutdown: {drain: 0s}
                        regions: [{name: latest-sample, ttl: 5m}]
                        clients: [{name: app, apiKeySha256: %s, read: ["*"], write: ["*"]}]
                        """.formatted(
                                        redis.binding(),
                                        certificate.certificate(),
                                        certificate.privateKey(),
                                        RedisServer.sha256(Service.ALL)),
                        Map.of())) {
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.management("/metrics")
                    .body()
                    .contains("redoubt_redis_link_up{link=\"redis\"} 1"));
            Files.writeString(binding.resolve("URL"), "https://localhost:" + service.port());
            Files.writeString(binding.resolve("API_KEY"), Service.ALL);
            Files.copy(certificate.certificate(), binding.resolve("ca.crt"));

            run(binding, List.of("bash", "-euo", "pipefail", "-c", snippet("sh", "--request PUT", binding)));
            Assumptions.assumeTrue(RedisServer.isInstalled("python3"), "python3 is not installed");
            String python = snippet("python", "urllib.request.urlopen", binding) + "\nprint(value.decode())\n";
            assertThat(run(binding, List.of("python3", "-c", python))).isEqualTo("21.5");
            Assumptions.assumeTrue(RedisServer.isInstalled("node"), "node is not installed");
            Path script = Files.writeString(directory.resolve("get.mjs"), snippet("js", "from 'node:https'", binding));
            assertThat(run(binding, List.of("node", script.toString()))).isEqualTo("21.5");
        }
    }

    @Test
    void redisIsReachedWithLettuceAndWithRedisCli() throws Exception {
        try (RedisServer redis = RedisServer.forApplications(directory.resolve("redis"))) {
            Path binding = redis.binding();
            Files.writeString(
                    binding.resolve("REDIS_URL"),
                    "rediss://service:" + RedisServer.PASSWORD + "@localhost:" + redis.port() + "/0");
            Path program = Files.writeString(
                    directory.resolve("Lettuce.java"), """
                    import io.lettuce.core.*;
                    import java.nio.file.*;
                    import java.time.Duration;
                    import reactor.core.publisher.Mono;

                    class Lettuce {
                        public static void main(String[] arguments) throws Exception {
                    %s
                            try (var connection = client.connect()) {
                                System.out.println(connection.sync().ping());
                            }
                            client.shutdown();
                        }
                    }
                    """.formatted(snippet("java", "RedisURI", binding)));
            assertThat(run(binding, List.of(JAVA, "-cp", System.getProperty("java.class.path"), program.toString())))
                    .endsWith("PONG");
            Assumptions.assumeTrue(RedisServer.isInstalled("redis-cli"), "redis-cli is not installed");
            String shell = snippet("sh", "redis-cli -h", binding);
            assertThat(run(binding, List.of("bash", "-euc", "printf 'PING\\n' | {\n" + shell + "}")))
                    .isEqualTo("OK\nPONG");
        }
    }

    /** The snippet in this language that holds this text, with this directory in place of /binding. */
    private static String snippet(String language, String holding, Path binding) throws IOException {
        Matcher matcher = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/connect.md")));
        while (matcher.find()) {
            if (matcher.group(1).contains(holding)) {
                return matcher.group(1).replaceAll("/binding\\b", Matcher.quoteReplacement(binding.toString()));
            }
        }
        throw new AssertionError("no " + language + " snippet with " + holding);
    }

    private static String run(Path where, List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(where.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output.strip();
    }
}
