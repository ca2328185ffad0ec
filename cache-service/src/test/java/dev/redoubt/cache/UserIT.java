package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the Python example of docs/cache-service.md as it stands there; {@link CurlExamplesIT} runs those with curl. */
class UserIT {

    @TempDir
    Path directory;

    @Test
    void theExampleOfTheDocumentationWorks() throws Exception {
        String documentation = Files.readString(Path.of("../docs/cache-service.md"));
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"));
                Service service = Service.with(directory, redis.binding(), "")) {
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.mode()
                    .equals("NORMAL"));
            Assumptions.assumeTrue(RedisServer.isInstalled("python3"), "python3 is not installed");
            Path script = Files.writeString(
                    directory.resolve("example.py"),
                    block(documentation, "python", "def cache_get")
                            + "\ncache_set('long', 'k/1', {'a': 1}, ttl=300)\nprint(cache_get('long', 'k/1'), cache_get('long', 'none'))\n");
            assertThat(run(service, List.of("python3", script.toString()))).contains("{'a': 1} None");
        }
    }

    private static String block(String documentation, String language, String holding) {
        Matcher matcher =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(documentation);
        while (matcher.find()) {
            if (matcher.group(1).contains(holding)) {
                return matcher.group(1);
            }
        }
        throw new AssertionError("no " + language + " example with " + holding);
    }

    private static String run(Service service, List<String> command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("URL", "http://localhost:" + service.port());
        builder.environment().put("API_KEY", Service.ALL);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
