package dev.redoubt.e2e.ready;

import dev.redoubt.e2e.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What a number depends on, so that another one can be compared with it.
 *
 * @param when it began, UTC
 * @param cores that the machine has
 * @param memoryGiB that the machine has
 * @param load the machine's load average of the last minute before the first run
 * @param kubernetes version of the API server
 * @param checkout the commit, with {@code -dirty} when files differ from it
 */
public record Conditions(Instant when, int cores, long memoryGiB, String load, String kubernetes, String checkout) {

    private static final long KIB_PER_GIB = 1024L * 1024L;

    /** The conditions of this machine and cluster now. */
    public static Conditions now() {
        String version = Program.kubectl()
                .run("get", "--raw", "/version")
                .succeeded()
                .text()
                .replaceAll("(?s).*\"gitVersion\"\\s*:\\s*\"([^\"]+)\".*", "$1");
        String commit = new Program(List.of("git"), Duration.ofSeconds(10))
                .run("describe", "--always", "--dirty", "--exclude=*")
                .text();
        return new Conditions(
                Instant.now().truncatedTo(ChronoUnit.SECONDS),
                Runtime.getRuntime().availableProcessors(),
                memoryKiB() / KIB_PER_GIB,
                words("/proc/loadavg")[0],
                version,
                commit);
    }

    private static long memoryKiB() {
        return Long.parseLong(words("/proc/meminfo")[1]);
    }

    private static String[] words(String file) {
        try {
            return Files.readString(Path.of(file)).trim().split("\\s+");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "%s, commit %s, Kubernetes %s, one machine with %d cores and %d GiB, load %s before the first run"
                .formatted(when, checkout, kubernetes, cores, memoryGiB, load);
    }
}
