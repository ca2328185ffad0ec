package dev.redoubt.e2e.ready;

import dev.redoubt.e2e.cluster.History;
import dev.redoubt.e2e.cluster.Kind;
import dev.redoubt.e2e.cluster.Moment;
import dev.redoubt.e2e.cluster.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * From the start of {@code kubectl apply} to the watch event that says Ready=True of that generation, for a Redis with
 * an empty spec: TLS, passwords, AOF and a claim of its own, images present. Redis and claim are deleted after each run,
 * so that every run starts from nothing.
 */
public final class ApplyToReady {

    private final Stage stage;

    public ApplyToReady(Stage stage) {
        this.stage = stage;
    }

    /** Measures this many creations, one after the other; each one is told to {@code progress} as it ends. */
    public List<Duration> measure(int runs, Consumer<String> progress) {
        List<Duration> times = new ArrayList<>();
        for (int run = 1; run <= runs; run++) {
            Duration took = once("ready-" + run);
            progress.accept("run %d: %.2f s".formatted(run, seconds(took)));
            times.add(took);
        }
        return List.copyOf(times);
    }

    private Duration once(String name) {
        String yaml = """
                apiVersion: redoubt.dev/v1alpha1
                kind: Redis
                metadata: {name: %s}
                spec: {}
                """.formatted(name);
        try (History history = stage.history(Kind.REDIS, name)) {
            long start = System.nanoTime();
            stage.apply(yaml).succeeded();
            Moment ready = history.await("Ready", Stage.PATIENCE, Moment::isReady);
            return Duration.ofNanos(ready.elapsedNanos() - start);
        } finally {
            remove(name);
        }
    }

    private void remove(String name) {
        stage.kubectl("delete", "redis", name, "--ignore-not-found").succeeded();
        var pods = stage.client().pods().inNamespace(stage.namespace()).withLabel("redoubt.dev/redis", name);
        pods.waitUntilCondition(pod -> pod == null, Stage.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        stage.kubectl("delete", "pvc", "data-" + name + "-redis-0", "--ignore-not-found")
                .succeeded();
    }

    /** The middle one; of an even number the lower of the two in the middle. */
    public static Duration median(List<Duration> times) {
        return times.stream().sorted().toList().get((times.size() - 1) / 2);
    }

    /** Seconds with their fraction, to print. */
    public static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
