package dev.redoubt.cache;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every operation, asked again and again, each on a connection of its own: what it answers, and how fast. */
final class Probing implements AutoCloseable {

    /** An operation that is asked. */
    enum Asked {
        /** A value that is there. */
        GET("GET", "/v1/cache/long/there", ""),
        /** A value that was never there. */
        MISS("GET", "/v1/cache/long/never", ""),
        PUT("PUT", "/v1/cache/long/written", "value"),
        DELETE("DELETE", "/v1/cache/long/deleted", ""),
        /** One of very many tokens. */
        TAKE("POST", "/v1/limits/probe/client:take", "");

        @SuppressWarnings("ImmutableEnumChecker") // nobody writes into it
        private final byte[] request;

        Asked(String method, String path, String body) {
            request = (RawClient.head(method, path, "Content-Length: " + body.length()) + body)
                    .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        }
    }

    /** One answer; status 0 = none. */
    record Sample(Asked asked, long begun, int status, long nanos) {}

    private final int port;
    private final long pauseMillis;
    private final ConcurrentLinkedQueue<Sample> samples = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running = true;

    /** @param pauseMillis between two requests of the same operation */
    Probing(int port, long pauseMillis) {
        this.port = port;
        this.pauseMillis = pauseMillis;
        for (Asked asked : Asked.values()) {
            threads.add(Thread.ofPlatform().start(() -> ask(asked)));
        }
    }

    /** One request on a new connection. */
    static RawClient.Response once(int port, String method, String path, String body) throws IOException {
        try (RawClient client = new RawClient(port)) {
            return client.send(RawClient.head(method, path, "Content-Length: " + body.length()) + body)
                    .read();
        }
    }

    static JsonNode status(int port) throws IOException {
        return JsonMapper.shared().readTree(once(port, "GET", "/v1/status", "").body());
    }

    private void ask(Asked asked) {
        while (running) {
            try (RawClient client = new RawClient(port)) {
                while (running) {
                    long begun = System.nanoTime();
                    int status = client.send(asked.request).read().status();
                    samples.add(new Sample(asked, begun, status, System.nanoTime() - begun));
                    TimeUnit.MILLISECONDS.sleep(pauseMillis);
                }
            } catch (IOException | RuntimeException e) {
                samples.add(new Sample(asked, System.nanoTime(), 0, 0));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** What was asked within a time. */
    Figures between(long from, long to) {
        return new Figures(samples.stream()
                .filter(sample -> sample.begun() >= from && sample.begun() < to)
                .toList());
    }

    /** Some answers, and what can be said of them. */
    record Figures(Collection<Sample> samples) {

        /** How often each status, by operation. */
        Map<Asked, Map<Integer, Long>> statuses() {
            Map<Asked, Map<Integer, Long>> all = new EnumMap<>(Asked.class);
            for (Asked asked : Asked.values()) {
                all.put(
                        asked,
                        samples.stream()
                                .filter(sample -> sample.asked() == asked)
                                .collect(Collectors.groupingBy(Sample::status, TreeMap::new, Collectors.counting())));
            }
            return all;
        }

        /** Milliseconds within which that part of them was answered, 0 to 1. */
        double millis(double part) {
            long[] sorted = samples.stream().mapToLong(Sample::nanos).sorted().toArray();
            return sorted.length == 0
                    ? Double.NaN
                    : sorted[(int) Math.min(sorted.length - 1, Math.floor(part * sorted.length))] / 1e6;
        }

        @Override
        public String toString() {
            return statuses() + " " + Arrays.toString(new double[] {millis(0.5), millis(0.99), millis(1)});
        }
    }

    @Override
    public void close() {
        running = false;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
