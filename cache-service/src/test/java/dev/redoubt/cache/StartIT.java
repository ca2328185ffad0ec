package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody sees who starts the service with a mistake: one message that helps, no stack trace, an exit code. */
class StartIT {

    @TempDir
    Path directory;

    record Ended(int code, String output) {}

    @Test
    void saysThatNoRedisIsConfigured() throws Exception {
        Ended ended = run("http: {port: 0}\n", Map.of());
        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.output())
                .startsWith("No Redis is configured: set REDIS_URL=")
                .hasLineCount(1);
    }

    @Test
    void saysThatAKeyFileIsMissing() throws Exception {
        Ended ended = run(
                "http: {port: 0}\nclients: [{name: a, apiKeySha256File: /nowhere}]\n",
                Map.of("REDIS_URL", "redis://localhost"));
        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.output())
                .contains("client a: /nowhere cannot be read")
                .doesNotContain("\tat ")
                .hasLineCount(2);
    }

    @Test
    void saysThatAKeyDoesNotExist() throws Exception {
        Ended ended = run("http: {prot: 0}\n", Map.of("REDIS_URL", "redis://localhost"));
        assertThat(ended.code()).isEqualTo(78);
        assertThat(ended.output()).contains("http.prot (line 1): unknown key; did you mean \"port\"?");
    }

    @Test
    void saysThatThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            Ended ended = run(
                    "http: {port: " + taken.getLocalPort() + "}\nmanagement: {port: 0}\nlogging: {format: text}\n",
                    Map.of("REDIS_URL", "redis://localhost:1"));
            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.output()).contains("Port " + taken.getLocalPort() + " was already in use");
        }
    }

    private Ended run(String yaml, Map<String, String> variables) throws Exception {
        Path file = Files.writeString(directory.resolve("service.yaml"), yaml);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CacheServiceApplication.class.getName(),
                        "--config=" + file)
                .redirectErrorStream(true);
        builder.environment().remove("REDIS_URL");
        builder.environment().putAll(variables);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), output);
    }
}
