package dev.redoubt.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * What every operation answers during every kind of {@link Trouble}, how fast, what it costs in memory, and how long it takes until all is well
 * again. The service is a process of its own. For {@code bench/outage}, which writes what this prints into docs/degraded-mode.md.
 */
final class OutageBench {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private OutageBench() {}

    /** Arguments: the service's jar, the redis-server, seconds of each trouble, seconds of SIGSTOP. Prints rows of a Markdown table. */
    public static void main(String[] arguments) throws Exception {
        String jar = arguments[0];
        String program = arguments[1];
        Duration each = Duration.ofSeconds(Long.parseLong(arguments[2]));
        Duration frozen = Duration.ofSeconds(Long.parseLong(arguments[3]));
        Path directory = Files.createTempDirectory("outage");
        int port = RedisServer.freePort();
        try (Trouble trouble = new Trouble(program, directory.resolve("redis"))) {
            Process service = service(jar, directory, port, trouble.url());
            try {
                awaitNormal(port);
                warmUp(port);
                for (Trouble.Kind kind : trouble.kinds(each)) {
                    System.out.println(
                            measured(kind, kind.name().startsWith("SIGSTOP") ? frozen : each, port, service));
                }
            } finally {
                service.destroyForcibly().waitFor();
            }
        }
    }

    private static Process service(String jar, Path directory, int port, String url) throws IOException {
        Path config =
                Files.writeString(directory.resolve("service.yaml"), """
                http: {port: %d}
                management: {port: 0}
                logging: {format: text}
                eventLoops: 2
                rateLimits: [{name: probe, capacity: 1000000, refillPeriod: 1s}]
                """.formatted(port) + Service.REGIONS_AND_CLIENTS);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-jar",
                        jar,
                        "--config=" + config)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("service.log").toFile());
        builder.environment().put("REDIS_URL", url);
        return builder.start();
    }

    private static void warmUp(int port) throws Exception {
        Probing probing = new Probing(port, 0);
        TimeUnit.SECONDS.sleep(20);
        probing.close();
    }

    private static String measured(Trouble.Kind kind, Duration time, int port, Process service) throws Exception {
        awaitNormal(port);
        Probing.once(port, "PUT", "/v1/cache/long/there", "value");
        long before = residentMiB(service);
        try (Probing probing = new Probing(port, 5)) {
            TimeUnit.SECONDS.sleep(2);
            long begun = System.nanoTime();
            kind.begins().happens();
            TimeUnit.NANOSECONDS.sleep(time.toNanos() - (System.nanoTime() - begun));
            long over = System.nanoTime();
            kind.ends().happens();
            long ended = System.nanoTime();
            awaitNormal(port);
            long normal = System.nanoTime();
            // The first second is that of noticing: told apart from what comes after it.
            long noticed = begun + TimeUnit.SECONDS.toNanos(1);
            Probing.Figures all = probing.between(begun, over);
            Probing.Figures later = probing.between(noticed, over);
            Map<Probing.Asked, Map<Integer, Long>> statuses = later.statuses();
            return "| %s, %d s | %s | %s | %s | %s | %s | %s | %s | %s | %.2f s | %+d MiB |"
                    .formatted(
                            kind.name(),
                            time.toSeconds(),
                            said(statuses.get(Probing.Asked.GET)),
                            said(statuses.get(Probing.Asked.MISS)),
                            said(statuses.get(Probing.Asked.PUT)),
                            said(statuses.get(Probing.Asked.DELETE)),
                            said(statuses.get(Probing.Asked.TAKE)),
                            millis(later.millis(0.5)),
                            millis(later.millis(0.99)),
                            millis(all.millis(1)),
                            (normal - ended) / 1e9,
                            residentMiB(service) - before);
        }
    }

    /** Each status with its share, the most frequent first. */
    private static String said(Map<Integer, Long> statuses) {
        long all = statuses.values().stream().mapToLong(Long::longValue).sum();
        return new TreeMap<>(statuses)
                .entrySet().stream()
                        .sorted(Map.Entry.<Integer, Long>comparingByValue().reversed())
                        .map(entry -> entry.getValue() == all
                                ? String.valueOf(entry.getKey())
                                : "%d (%.1f %%)".formatted(entry.getKey(), 100.0 * entry.getValue() / all))
                        .collect(Collectors.joining(", "));
    }

    private static String millis(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static long residentMiB(Process process) throws IOException {
        List<String> status = Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status"));
        return status.stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                / 1024;
    }

    private static void awaitNormal(int port) {
        Awaitility.await("NORMAL")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .until(() -> Probing.status(port).get("mode").asString().equals("NORMAL"));
    }
}
