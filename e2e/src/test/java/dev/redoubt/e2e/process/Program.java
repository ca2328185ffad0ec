package dev.redoubt.e2e.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program of the user's terminal, started from the root of the checkout.
 *
 * @param words the program and the arguments that every call has
 * @param limit how long one call may take
 */
public record Program(List<String> words, Duration limit) {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** The front door, {@code ./redoubt}. */
    public static Program redoubt() {
        return new Program(List.of(checkout().resolve("redoubt").toString()), PATIENCE);
    }

    /** {@code kubectl} of the front door: the version that fits the cluster, not what happens to be installed. */
    public static Program kubectl() {
        return redoubt().with("kubectl");
    }

    /** {@code helm} of the front door. */
    public static Program helm() {
        return redoubt().with("helm").within(Duration.ofMinutes(5));
    }

    /** The root of the checkout: the nearest folder above the working directory that has the front door. */
    public static Path checkout() {
        Path here = Path.of("").toAbsolutePath();
        for (Path folder = here; folder != null; folder = folder.getParent()) {
            if (Files.isExecutable(folder.resolve("redoubt"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no ./redoubt in or above " + here + ": run the tests inside the checkout");
    }

    /** This program with further leading arguments. */
    public Program with(String... more) {
        return new Program(joined(words, more), limit);
    }

    /** This program with another limit of time. */
    public Program within(Duration other) {
        return new Program(words, other);
    }

    /** Runs it with nothing on standard input. */
    public Outcome run(String... arguments) {
        return runWithInput("", arguments);
    }

    /** Runs it; {@code input} is what standard input gives. Ends it when the limit is over, with exit code 124. */
    public Outcome runWithInput(String input, String... arguments) {
        List<String> command = joined(words, arguments);
        long start = System.nanoTime();
        // Not virtual threads: a read from a pipe holds its carrier, and two long programs would hold all of a small
        // machine.
        try (var readers = Executors.newCachedThreadPool()) {
            Process process =
                    new ProcessBuilder(command).directory(checkout().toFile()).start();
            var out = CompletableFuture.supplyAsync(() -> text(process.getInputStream()), readers);
            var err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()), readers);
            try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
                stdin.write(input);
            } catch (IOException closed) {
                // The program may end without reading its input; its exit code tells what happened.
            }
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            int exit = ended ? process.exitValue() : Outcome.TIMED_OUT;
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            return new Outcome(command, exit, out.join(), err.join(), took);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command.getFirst(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command.getFirst(), e);
        }
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> joined(List<String> words, String... more) {
        return Stream.concat(words.stream(), Stream.of(more)).toList();
    }
}
