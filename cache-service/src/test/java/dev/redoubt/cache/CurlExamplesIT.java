package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs what the documentation does with curl, over HTTPS, and holds what is printed to what stands there: {@code …} in a line is anything within it,
 * a line of nothing else any lines.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CurlExamplesIT {

    private static final Path DOCUMENTATION = Path.of("../docs");
    private static final TokenIssuer CLUSTER = TokenIssuer.rsa("cluster");
    private static final Pattern BLOCK =
            Pattern.compile("(?m)^```(console|sh)\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    private Path directory;
    private RedisServer redis;
    private Service service;
    private Map<String, String> variables;

    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        Assumptions.assumeTrue(RedisServer.isInstalled("curl"), "curl is not installed");
        directory = temporary;
        redis = RedisServer.started("redis-server", directory.resolve("redis"));
        TestCertificate certificate = TestCertificate.in(directory.resolve("tls"), "cache");
        Path keys = Files.writeString(directory.resolve("jwks.json"), TokenIssuer.jwks(CLUSTER));
        service = Service.start(
                directory,
                """
                redis: {binding: %s, commandTimeout: 5s}
                https: {port: 0, certificate: %s, privateKey: %s}
                management: {port: 0}
                shutdown: {drain: 0s}
                """.formatted(redis.binding(), certificate.certificate(), certificate.privateKey())
                        + Service.REGIONS_AND_CLIENTS
                        + """
                - {name: app, serviceAccount: {namespace: shop, name: app}, read: [long]}
                rateLimits: [{name: websocket, capacity: 100, refillPeriod: 60s}]
                tokens: {issuer: %s, audiences: [%s], keys: %s}
                """.formatted(TokenIssuer.ISSUER, TokenIssuer.AUDIENCE, keys),
                Map.of());
        // It is its own authority.
        Files.copy(certificate.certificate(), directory.resolve("ca.crt"));
        variables = Map.of(
                "URL",
                "https://localhost:" + service.port(),
                "API_KEY",
                Service.ALL,
                "TOKEN_FILE",
                Files.writeString(directory.resolve("token"), CLUSTER.token("shop", "app") + "\n")
                        .toString());
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.management("/metrics")
                .body()
                .contains("redoubt_mode{link=\"redis\",mode=\"normal\"} 1.0"));
        run(blocks("cache-service.md", "sh").stream()
                .filter(block -> block.contains("cache.curl"))
                .findFirst()
                .orElseThrow());
    }

    @AfterAll
    void end() {
        if (service != null) {
            service.close();
            redis.close();
        }
    }

    /** A command and what it prints. */
    private record Example(String command, String prints) {}

    @ParameterizedTest
    @ValueSource(strings = {"cache-service.md", "limits.md", "access.md"})
    void printsWhatStandsThere(String page) throws Exception {
        List<Example> examples = blocks(page, "console").stream()
                .filter(block -> block.startsWith("$ curl "))
                .flatMap(block -> examples(block).stream())
                .toList();
        assertThat(examples).isNotEmpty();
        for (Example example : examples) {
            assertThat(run(example.command())).as(example.command()).matches(pattern(example.prints()));
        }
    }

    /** So that none slips by: whatever calls the service with curl is one of the above, or writes the file that they need. */
    @ParameterizedTest
    @ValueSource(strings = {"cache-service.md", "limits.md", "access.md"})
    void noOtherExampleUsesCurl(String page) throws Exception {
        assertThat(blocks(page, "sh")).noneMatch(block -> block.startsWith("curl") || block.contains("$curl"));
        assertThat(blocks(page, "console").stream()
                        .filter(block -> block.contains("$ curl "))
                        .toList())
                .allMatch(block -> block.startsWith("$ curl "));
    }

    private static List<String> blocks(String page, String language) throws IOException {
        return BLOCK.matcher(Files.readString(DOCUMENTATION.resolve(page)))
                .results()
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2))
                .toList();
    }

    /** A command goes on in indented lines. */
    private static List<Example> examples(String block) {
        List<Example> examples = new ArrayList<>();
        for (String text : block.split("(?m)^\\$ ", -1)) {
            if (!text.isEmpty()) {
                List<String> lines = Arrays.asList(text.split("\n", -1));
                int end = 1;
                while (lines.get(end).startsWith("    ")) {
                    end++;
                }
                examples.add(new Example(
                        String.join("\n", lines.subList(0, end)), String.join("\n", lines.subList(end, lines.size()))));
            }
        }
        return examples;
    }

    private static Pattern pattern(String printed) {
        return Pattern.compile(printed.lines()
                .map(line -> line.equals("…")
                        ? "(.*\n)*"
                        : Arrays.stream(line.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*"))
                                + "\n")
                .collect(Collectors.joining()));
    }

    private String run(String command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", command)
                .directory(directory.toFile())
                .redirectErrorStream(true);
        builder.environment().putAll(variables);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(command + "\n" + output).isZero();
        String lines = output.replace("\r\n", "\n");
        return lines.isEmpty() || lines.endsWith("\n") ? lines : lines + "\n";
    }
}
