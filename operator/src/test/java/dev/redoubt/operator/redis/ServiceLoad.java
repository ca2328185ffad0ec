package dev.redoubt.operator.redis;

import dev.redoubt.operator.cluster.Stage;
import dev.redoubt.operator.cluster.TlsContext;
import dev.redoubt.operator.owned.SecretData;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;

/**
 * A client of a cache service that writes one value after the other over one connection, and another that makes a new one for each. The
 * tests have no cluster DNS, so the Service's address is dialled under its name.
 */
final class ServiceLoad implements AutoCloseable {
    private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(20);
    private static final Duration BETWEEN_CONNECTIONS = Duration.ofMillis(500);
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int TLS_PORT = 443;

    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(
            2, Thread.ofPlatform().name("caller-", 0).daemon().factory());
    private final AtomicLong requests = new AtomicLong();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final Map<String, String> binding;
    private final String host;
    private final String address;

    private ServiceLoad(Stage stage, String service, String client) {
        binding = SecretData.decode(stage.existing(Secret.class, service + "-client-" + client));
        host = service + "-cache-service." + stage.namespace() + ".svc";
        address = stage.existing(Service.class, service + "-cache-service")
                .getSpec()
                .getClusterIP();
    }

    /** The client {@code client} of the CacheService {@code service}, which does nothing by itself. */
    static ServiceLoad idle(Stage stage, String service, String client) {
        return new ServiceLoad(stage, service, client);
    }

    /** The same, at work. */
    static ServiceLoad start(Stage stage, String service, String client) {
        var load = idle(stage, service, client);
        var held = load.new Held();
        load.every(BETWEEN_REQUESTS, held::use);
        load.every(BETWEEN_CONNECTIONS, () -> {
            try (var connection = load.new Connection()) {
                load.count(connection.put("new"));
            } catch (IOException e) {
                load.failures.add(String.valueOf(e));
            }
        });
        return load;
    }

    private void every(Duration interval, Runnable work) {
        var _ = threads.scheduleWithFixedDelay(work, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The status of one PUT over a new connection. */
    int put(String key) throws IOException {
        try (var connection = new Connection()) {
            return connection.put(key);
        }
    }

    private void count(int status) {
        requests.incrementAndGet();
        if (status / 100 != 2) {
            failures.add("status " + status);
        }
    }

    /** How many requests were answered. */
    long requests() {
        return requests.get();
    }

    /** Every answer that was none of success, and every connection that ended or was not made. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** A connection that is used for one request after the other. */
    private final class Held {
        private Connection connection;

        void use() {
            try {
                if (connection == null) {
                    connection = new Connection();
                }
                count(connection.put("held"));
            } catch (IOException e) {
                failures.add(String.valueOf(e));
                connection = null;
            }
        }
    }

    /** HTTP/1.1 over TLS, with the certificate and the host name verified. */
    private final class Connection implements AutoCloseable {
        private final SSLSocket socket;
        private final InputStream in;

        Connection() throws IOException {
            var plain = new Socket(address, TLS_PORT);
            plain.setSoTimeout(TIMEOUT_MILLIS);
            socket = (SSLSocket) TlsContext.trusting(binding.get("ca.crt"))
                    .getSocketFactory()
                    .createSocket(plain, host, TLS_PORT, true);
            var parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            in = new BufferedInputStream(socket.getInputStream());
        }

        int put(String key) throws IOException {
            var value = Long.toString(System.nanoTime());
            var request =
                    "PUT /v1/cache/samples/%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(key, host, binding.get("API_KEY"), value.length(), value);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return status();
        }

        private int status() throws IOException {
            var status = Integer.parseInt(line().split(" ", 3)[1]);
            var length = 0;
            for (var header = line(); !header.isEmpty(); header = line()) {
                if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                    length = Integer.parseInt(
                            header.substring(header.indexOf(':') + 1).strip());
                }
            }
            in.skipNBytes(length);
            return status;
        }

        private String line() throws IOException {
            var bytes = new ByteArrayOutputStream();
            for (var next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0) {
                    throw new EOFException("The service closed the connection");
                }
                bytes.write(next);
            }
            return bytes.toString(StandardCharsets.US_ASCII).stripTrailing();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
