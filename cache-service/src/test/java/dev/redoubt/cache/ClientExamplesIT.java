package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of {@code examples/clients}, as they are, with an API key and with a token. */
class ClientExamplesIT {

    private static final Path EXAMPLES =
            Path.of("../examples/clients").toAbsolutePath().normalize();
    private static final TokenIssuer CLUSTER = TokenIssuer.rsa("cluster");

    @TempDir
    Path directory;

    @Test
    void getMissSetAndHit() throws Exception {
        Path keys = Files.writeString(directory.resolve("jwks.json"), TokenIssuer.jwks(CLUSTER));
        Path token = Files.writeString(directory.resolve("token"), CLUSTER.token("shop", "app") + "\n");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"));
                Service service = Service.with(
                        directory, redis.binding(), """
                        - {name: app, serviceAccount: {namespace: shop, name: app}, read: [long], write: [long]}
                        tokens: {issuer: %s, audiences: [%s], keys: %s}
                        """.formatted(TokenIssuer.ISSUER, TokenIssuer.AUDIENCE, keys))) {
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.mode()
                    .equals("NORMAL"));
            String url = "http://localhost:" + service.port();
            assertThat(run(List.of("python3", "cache.py"), Map.of("URL", url, "API_KEY", Service.ALL)))
                    .isEqualTo("None\n{'value': 1000, 'currency': 'EUR'}\n");
            service.send("DELETE", "/v1/cache/long/portfolio%2F42", Service.ALL, null);
            assertThat(run(List.of(java, "Cache.java"), Map.of("URL", url, "TOKEN_FILE", token.toString())))
                    .isEqualTo("Optional.empty\nOptional[{\"value\": 1000, \"currency\": \"EUR\"}]\n");
            // What one language wrote, the other reads.
            assertThat(run(List.of("python3", "cache.py"), Map.of("URL", url, "TOKEN_FILE", token.toString())))
                    .startsWith("{'value': 1000, 'currency': 'EUR'}\n");
        }
    }

    private static String run(List<String> command, Map<String, String> variables) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(EXAMPLES.toFile()).redirectErrorStream(true);
        builder.environment().putAll(variables);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
