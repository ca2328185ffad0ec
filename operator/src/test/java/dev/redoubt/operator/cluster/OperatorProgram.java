package dev.redoubt.operator.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The program as its image runs it, in a Java runtime of its own: with leader election, a settings file, and the rights of the
 * operator's account, which it impersonates. Its output is kept in files.
 */
public final class OperatorProgram implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String identity;
    private final Path output;
    private final Process process;

    private OperatorProgram(String identity, Path output, Process process) {
        this.identity = identity;
        this.output = output;
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param identity the name of its pod, if it had one
     * @param directory for its settings and its output
     */
    public static OperatorProgram start(Stage stage, String identity, Path directory) {
        var settings = directory.resolve(identity + ".yaml");
        var output = directory.resolve(identity + ".out");
        try {
            Files.writeString(settings, """
                    watchNamespaces: [%1$s]
                    instance: %1$s
                    operator: {namespace: %1$s}
                    http: {port: 0}
                    """.formatted(stage.namespace()));
            var builder = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx192m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Dkubernetes.impersonate.username=" + stage.operator().account(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.redoubt.operator.Main",
                    "--config=" + settings);
            builder.environment().put("HOSTNAME", identity);
            var process = builder.redirectOutput(output.toFile())
                    .redirectError(directory.resolve(identity + ".err").toFile())
                    .start();
            return new OperatorProgram(identity, output, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it calls itself in the Lease. */
    public String identity() {
        return identity;
    }

    /** The lines of its standard output so far; the last one may be half written while it runs. */
    public List<String> output() {
        try {
            return Files.readAllLines(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it logged this message. */
    public boolean said(String message) {
        return logged(message).isPresent();
    }

    private Optional<JsonNode> logged(String message) {
        return output().stream()
                .flatMap(line -> parsed(line).stream())
                .filter(line -> message.equals(line.path("message").asText()))
                .findFirst();
    }

    /** The JSON object that {@code line} is, if it is one and nothing else. */
    public static Optional<JsonNode> parsed(String line) {
        try {
            return Optional.of(JSON.readTree(line)).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /**
     * The answer of one of its own endpoints, with the status 200.
     *
     * @throws AssertionError if it has not started yet, or answers with another status
     */
    public String answerOf(String path) {
        var port = logged("Started").map(line -> line.path("port").asInt());
        if (port.isEmpty()) {
            throw new AssertionError(identity + " has not started: " + output());
        }
        var uri = URI.create("http://127.0.0.1:" + port.get() + path);
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new AssertionError(uri + " answers " + answer.statusCode() + ": " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Ends it with SIGTERM.
     *
     * @return its exit code
     * @throws AssertionError if it has not ended within {@code grace}
     */
    public int terminate(Duration grace) {
        process.destroy();
        try {
            if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(
                        identity + " still runs " + grace.toSeconds() + " s after SIGTERM: " + output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
