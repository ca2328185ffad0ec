package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The password is replaced as the operator does it: a second one, then another binding, then the first one goes. No request notices. */
@ExtendWith(NoLeaks.class)
class RotationIT {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int ENOUGH = 200;
    private static final String NEXT = "next-password";

    @TempDir
    Path directory;

    @Test
    void noRequestFailsWhileThePasswordIsReplaced() throws Exception {
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"));
                Service service = Service.with(directory, redis.binding(), "")) {
            Awaitility.await().atMost(LONG).until(() -> service.mode().equals("NORMAL"));
            try (Load load = new Load(service)) {
                load.goesOn();
                String connections = connections(redis);

                assertThat(redis.admin("ACL", "SETUSER", "service", ">" + NEXT)).isEqualTo("OK");
                load.goesOn();
                redis.binding("localhost", NEXT);
                load.goesOn();
                assertThat(redis.admin("ACL", "SETUSER", "service", "<" + RedisServer.PASSWORD))
                        .isEqualTo("OK");
                load.goesOn();

                assertThat(load.failures()).isEmpty();
                assertThat(connections(redis)).as("the same connections").isEqualTo(connections);
            }
        }
    }

    /** The mounted binding is late: a connection that is made meanwhile still finds the old password in it, which is still good. */
    @Test
    void whoIsCutLogsInAgainWithWhatTheBindingSaysAtEachStage() throws Exception {
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"));
                Service service = Service.with(directory, redis.binding(), "")) {
            Awaitility.await().atMost(LONG).until(() -> service.mode().equals("NORMAL"));
            try (Load load = new Load(service)) {
                assertThat(redis.admin("ACL", "SETUSER", "service", ">" + NEXT)).isEqualTo("OK");
                cut(redis, service, load);
                redis.binding("localhost", NEXT);
                cut(redis, service, load);
                assertThat(redis.admin("ACL", "SETUSER", "service", "<" + RedisServer.PASSWORD))
                        .isEqualTo("OK");
                cut(redis, service, load);
            }
            assertThat(redis.admin("ACL", "LOG")).doesNotContain("auth");
        }
    }

    /** What was under way, or came before the next connection was there, is told that it failed; nothing after that is. */
    private static void cut(RedisServer redis, Service service, Load load) throws Exception {
        load.goesOn();
        assertThat(load.failures()).isEmpty();
        String before = connections(redis);
        assertThat(Integer.parseInt(redis.admin("CLIENT", "KILL", "USER", "service")))
                .isPositive();
        Awaitility.await().atMost(LONG).until(() -> {
            String now = connections(redis);
            return now.lines().count() == before.lines().count() && !now.equals(before);
        });
        Awaitility.await().atMost(LONG).until(() -> service.mode().equals("NORMAL"));
        // Those that were begun before may still end.
        load.goesOn();
        assertThat(load.forget()).allSatisfy(failure -> assertThat(failure).isEqualTo("503"));
        load.goesOn();
        assertThat(load.failures()).isEmpty();
    }

    /** The ids of the service's connections. */
    private static String connections(RedisServer redis) throws Exception {
        List<String> ids = new ArrayList<>();
        redis.admin("CLIENT", "LIST")
                .lines()
                .filter(line -> line.contains("user=service"))
                .forEach(line -> ids.add(line.substring(0, line.indexOf(' '))));
        return String.join("\n", ids);
    }

    /** Requests, one after the other on each of two threads. */
    private static final class Load implements AutoCloseable {
        private final Service service;
        private final AtomicBoolean ended = new AtomicBoolean();
        private final AtomicLong answered = new AtomicLong();
        private final List<String> failures = new CopyOnWriteArrayList<>();
        private final List<Thread> threads = new ArrayList<>();

        Load(Service service) {
            this.service = service;
            for (int i = 0; i < 2; i++) {
                String path = "/v1/cache/long/rotated-" + i;
                threads.add(Thread.ofPlatform().name("load-" + i).start(() -> ask(path)));
            }
        }

        private void ask(String path) {
            while (!ended.get()) {
                try {
                    check(service.put(path, "value").statusCode(), 201, 204);
                    check(service.get(path).statusCode(), 200, 200);
                } catch (Exception e) {
                    failures.add(e.toString());
                }
            }
        }

        private void check(int status, int first, int second) {
            answered.incrementAndGet();
            if (status != first && status != second) {
                failures.add(String.valueOf(status));
            }
        }

        /** Waits until so many further requests were answered. */
        void goesOn() {
            long until = answered.get() + ENOUGH;
            Awaitility.await().atMost(LONG).until(() -> answered.get() >= until);
        }

        List<String> failures() {
            return List.copyOf(failures);
        }

        /** The failures so far, which count no more. */
        List<String> forget() {
            List<String> so = failures();
            failures.clear();
            return so;
        }

        @Override
        public void close() {
            ended.set(true);
            try {
                for (Thread thread : threads) {
                    thread.join();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
