package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** SIGTERM under load, to a process of its own, with clients that learn of it as a cluster would tell them: late. */
class ShutdownIT {

    @TempDir
    Path directory;

    private volatile boolean routed = true;

    @Test
    void losesNoRequestAndExitsWithZero() throws Exception {
        int port = RedisServer.freePort();
        int management = RedisServer.freePort();
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"))) {
            Process service = start(redis, port, management);
            try {
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> status(management, "/readyz") == 200);
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> puts(port));
                runUnderLoad(service, port, management);
            } finally {
                service.destroyForcibly().waitFor();
            }
        }
    }

    private void runUnderLoad(Process service, int port, int management) throws Exception {
        AtomicLong answered = new AtomicLong();
        ConcurrentLinkedQueue<String> lost = new ConcurrentLinkedQueue<>();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(Thread.ofVirtual().start(() -> load(port, answered, lost)));
        }
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> answered.get() > 2_000);
        try (RawClient slow = new RawClient(port)) {
            slow.send(RawClient.head("PUT", "/v1/cache/long/slow", "Content-Length: 4") + "ab");
            service.destroy();
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> status(management, "/readyz") == 503);
            assertThat(status(management, "/livez")).isEqualTo(200);
            long afterTheNews = answered.get();
            // As long as it takes a cluster to stop sending: new connections must still be served.
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> answered.get() > afterTheNews + 500);
            routed = false;
            for (Thread client : clients) {
                client.join();
            }
            slow.send("cd");
            RawClient.Response stored = slow.read();
            assertThat(stored.status()).isEqualTo(201);
            assertThat(stored.headers()).containsEntry("connection", "close");
        }
        assertThat(service.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(service.exitValue()).isZero();
        assertThat(lost).isEmpty();
        List<String> log = Files.readAllLines(directory.resolve("service.log"));
        assertThat(log).allSatisfy(line -> JsonMapper.shared().readTree(line));
        assertThat(String.join("\n", log))
                .contains("Redis \\\"redis\\\" is NORMAL")
                .contains("Drained: every request is answered")
                .doesNotContain("ERROR", "Exception");
    }

    /** One client: keeps its connection while it may, opens another when it is told to. */
    private void load(int port, AtomicLong answered, ConcurrentLinkedQueue<String> lost) {
        try {
            while (routed) {
                try (RawClient client = new RawClient(port)) {
                    boolean keep = true;
                    while (keep && routed) {
                        client.send(RawClient.head("GET", "/v1/cache/long/k"));
                        RawClient.Response response = client.read();
                        if (response.status() != 200) {
                            lost.add("status " + response.status());
                        }
                        answered.incrementAndGet();
                        keep = !"close".equals(response.headers().get("connection"));
                    }
                }
            }
        } catch (IOException e) {
            lost.add(e.toString());
        }
    }

    private Process start(RedisServer redis, int port, int management) throws IOException {
        Path file = Files.writeString(
                directory.resolve("service.yaml"),
                """
                redis: {binding: %s, commandTimeout: 5s}
                http: {port: %d}
                management: {port: %d}
                shutdown: {drain: 3s, grace: 5s}
                """.formatted(redis.binding(), port, management) + Service.REGIONS_AND_CLIENTS);
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CacheServiceApplication.class.getName(),
                        "--config=" + file)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("service.log").toFile())
                .start();
    }

    private static boolean puts(int port) {
        try (RawClient client = new RawClient(port)) {
            return client.send(RawClient.head("PUT", "/v1/cache/long/k", "Content-Length: 1") + "v")
                            .read()
                            .status()
                    < 300;
        } catch (IOException e) {
            return false;
        }
    }

    private static int status(int port, String path) {
        try (RawClient client = new RawClient(port)) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    .read()
                    .status();
        } catch (IOException e) {
            return -1;
        }
    }
}
