package dev.redoubt.e2e.ready;

import dev.redoubt.e2e.cluster.Stage;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The program behind {@code bench/ready}: {@code ReadyBench RUNS [FILE]} prints the runs, and appends them to FILE. */
public final class ReadyBench {

    private ReadyBench() {}

    /** Measures, prints, and records when asked. */
    public static void main(String[] arguments) {
        int runs = Integer.parseInt(arguments[0]);
        @Nullable Path record = arguments.length > 1 ? Path.of(arguments[1]) : null;
        PrintStream out = System.out;
        Conditions conditions = Conditions.now();
        out.println(conditions);
        List<Duration> times;
        try (Stage stage = Stage.fresh("bench-ready-" + conditions.when().getEpochSecond())) {
            times = new ApplyToReady(stage).measure(runs, out::println);
        }
        out.printf("median of %d: %.2f s%n", runs, ApplyToReady.seconds(ApplyToReady.median(times)));
        if (record != null) {
            append(record, row(conditions, times));
        }
    }

    private static String row(Conditions conditions, List<Duration> times) {
        String runs = times.stream()
                .map(time -> "%.2f".formatted(ApplyToReady.seconds(time)))
                .collect(Collectors.joining(" · "));
        return "| %s | %s | %s | %d cores, %d GiB | %s | %s | **%.2f** |%n"
                .formatted(
                        conditions.when(),
                        conditions.checkout(),
                        conditions.kubernetes(),
                        conditions.cores(),
                        conditions.memoryGiB(),
                        conditions.load(),
                        runs,
                        ApplyToReady.seconds(ApplyToReady.median(times)));
    }

    private static void append(Path file, String row) {
        try {
            Files.writeString(file, row, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
