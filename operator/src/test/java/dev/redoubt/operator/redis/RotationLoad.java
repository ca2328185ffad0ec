package dev.redoubt.operator.redis;

import dev.redoubt.operator.cluster.Stage;
import dev.redoubt.operator.owned.SecretData;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Applications: some hold their connection, some make a new one every second, half of those with what the binding says now and half
 * with what it said a while ago, as a mounted file does.
 */
final class RotationLoad implements AutoCloseable {
    private static final int HOLDERS = 4;
    private static final Duration BETWEEN_COMMANDS = Duration.ofMillis(50);
    private static final Duration BETWEEN_CONNECTIONS = Duration.ofSeconds(1);
    /** How many seconds a client reads late. */
    private static final int LATE = 3;

    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(
            HOLDERS + 3, Thread.ofPlatform().name("client-", 0).daemon().factory());
    private final List<Held> held = new ArrayList<>();
    private final ArrayDeque<Map<String, String>> bindings = new ArrayDeque<>();
    private final AtomicLong commands = new AtomicLong();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<String> cuts = new CopyOnWriteArrayList<>();
    private final Stage stage;
    private final String redis;
    private final String address;

    /** A connection that is held as long as it goes. */
    private final class Held {
        private final String name;
        private RespConnection connection;

        Held(String name) throws IOException {
            this.name = name;
            this.connection = login(newest());
        }

        void use() {
            try {
                ask(connection, name);
            } catch (IOException e) {
                cuts.add(String.valueOf(e));
                reconnect();
            }
        }

        private void reconnect() {
            try {
                connection.close();
                connection = login(newest());
            } catch (IOException e) {
                // The server is not there yet: the next command tries again.
            }
        }
    }

    private RotationLoad(Stage stage, String redis) {
        this.stage = stage;
        this.redis = redis;
        this.address = stage.existing(Service.class, redis + "-redis").getSpec().getClusterIP();
    }

    /** Applications of {@code redis}, at work. */
    static RotationLoad start(Stage stage, String redis) throws IOException {
        var load = new RotationLoad(stage, redis);
        load.read();
        for (var i = 0; i < HOLDERS; i++) {
            var client = load.new Held("holder-" + i);
            load.held.add(client);
            load.every(BETWEEN_COMMANDS, client::use);
        }
        load.every(BETWEEN_CONNECTIONS, load::read);
        load.every(BETWEEN_CONNECTIONS, () -> load.visit("fresh", load.newest()));
        load.every(BETWEEN_CONNECTIONS, () -> load.visit("late", load.oldest()));
        return load;
    }

    private void every(Duration interval, Runnable work) {
        var _ = threads.scheduleWithFixedDelay(work, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void read() {
        var binding = SecretData.decode(stage.existing(Secret.class, redis + "-binding"));
        synchronized (bindings) {
            bindings.addLast(binding);
            while (bindings.size() > LATE + 1) {
                bindings.removeFirst();
            }
        }
    }

    private Map<String, String> newest() {
        synchronized (bindings) {
            return bindings.getLast();
        }
    }

    private Map<String, String> oldest() {
        synchronized (bindings) {
            return bindings.getFirst();
        }
    }

    private void visit(String name, Map<String, String> binding) {
        try (var connection = login(binding)) {
            ask(connection, name);
        } catch (IOException e) {
            cuts.add(String.valueOf(e));
        }
    }

    private RespConnection login(Map<String, String> binding) throws IOException {
        var connection = RespConnection.overTls(address, RedisNames.PORT, binding.get("ca.crt"));
        count(connection.ask("AUTH", binding.get("REDIS_USERNAME"), binding.get("REDIS_PASSWORD")), "OK");
        return connection;
    }

    private void ask(RespConnection connection, String name) throws IOException {
        count(connection.ask("SET", "rotation:" + name, "value"), "OK");
        count(connection.ask("GET", "rotation:" + name), "value");
    }

    private void count(String answer, String expected) {
        commands.incrementAndGet();
        // A server that starts anew and loads its data says so.
        if (!answer.equals(expected) && !answer.startsWith("-LOADING")) {
            failures.add(answer);
        }
    }

    /** How many commands were answered. */
    long commands() {
        return commands.get();
    }

    /** Every answer that was not the one that it had to be. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Every connection that ended, or was not made. */
    List<String> cuts() {
        return List.copyOf(cuts);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
