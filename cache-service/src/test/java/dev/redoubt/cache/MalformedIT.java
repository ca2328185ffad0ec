package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.redoubt.cache.hot.HotPath;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Requests that nobody should send, a hundred thousand: no 5xx but 503, no connection left behind, no buffer lost, no line logged. */
@ExtendWith(NoLeaks.class)
class MalformedIT {

    private static final int REQUESTS = Integer.getInteger("redoubt.malformed.requests", 100_000);
    private static final int CLIENTS = 64;
    private static final long SEED = Long.getLong("redoubt.malformed.seed", 20_261_126);
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
    private static final TokenIssuer CLUSTER = TokenIssuer.rsa("cluster");
    private static final String GOOD = CLUSTER.token("shop", "dashboard");

    @TempDir
    Path directory;

    @Test
    void endsInAClientError() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"));
                Service service = Service.with(
                        directory,
                        redis.binding(),
                        tokens()
                                + "limits: {request: 2s, body: 64KiB}\naccessLog: {sample: 100%, linesPerSecond: 20}\n")) {
            System.out.printf("%d requests, seed %d%n", REQUESTS, SEED);
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.mode()
                    .equals("NORMAL"));
            root.addAppender(log);
            Set<Integer> statuses = new ConcurrentSkipListSet<>();
            List<Thread> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Random random = new Random(SEED + i);
                clients.add(Thread.ofVirtual().start(() -> {
                    for (int n = 0; n < REQUESTS / CLIENTS; n++) {
                        statuses.addAll(statusesOf(service.port(), mutated(random)));
                    }
                }));
            }
            for (Thread client : clients) {
                client.join();
            }
            assertThat(statuses).allMatch(status -> status < 500 || status == 503);
            assertThat(statuses).contains(200, 400, 401, 404, 405, 413, 414, 431);
            // Clients that do not wait for the answer do not see it; the service counts what it answered.
            assertThat(service.management("/metrics").body())
                    .contains("redoubt_http_refusals_total{code=\"internal-error\"} 0.0");
            assertThat(service.get("/v1/status").statusCode()).isEqualTo(200);
            assertThat(service.put("/v1/cache/long/after", "v").statusCode()).isEqualTo(201);
            // The one that is left is the test's own, which the client library keeps.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> service.bean(HotPath.class).connections() <= 1);
            assertThat(log.list)
                    .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                    .isEmpty();
        } finally {
            root.detachAppender(log);
        }
    }

    private String tokens() throws IOException {
        Path keys = Files.writeString(directory.resolve("jwks.json"), TokenIssuer.jwks(CLUSTER));
        return """
                - {name: pod, serviceAccount: {namespace: shop, name: dashboard}, read: ["*"], write: ["*"]}
                tokens: {issuer: %s, audiences: [%s], keys: %s, queueSize: 64, cacheSize: 100}
                """.formatted(TokenIssuer.ISSUER, TokenIssuer.AUDIENCE, keys);
    }

    @Test
    void isToldWhatIsWrong() throws Exception {
        try (RedisServer redis = RedisServer.started("redis-server", directory.resolve("redis"));
                Service service = Service.with(directory, redis.binding(), "limits: {request: 1s}\n")) {
            String host = "Host: x\r\nAuthorization: Bearer " + Service.ALL + "\r\n";
            assertRefused(service, "GET /" + "a".repeat(5000) + " HTTP/1.1\r\n" + host + "\r\n", 414, "uri-too-long");
            assertRefused(
                    service,
                    "GET / HTTP/1.1\r\n" + host + "X: " + "a".repeat(9000) + "\r\n\r\n",
                    431,
                    "headers-too-large");
            assertRefused(service, "GET / HTTP/2.0\r\n" + host + "\r\n", 400, "request-malformed");
            assertRefused(service, "nonsense\r\n\r\n", 400, "request-malformed");
            assertRefused(service, "GET /v1/status HTTP/1.1\r\n\r\n", 400, "request-malformed");
            assertRefused(
                    service,
                    "PUT /v1/cache/long/k HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                    400,
                    "request-malformed");
            assertRefused(
                    service,
                    "PUT /v1/cache/long/k HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                    400,
                    "request-malformed");
            assertRefused(
                    service,
                    "PUT /v1/cache/long/k HTTP/1.1\r\n" + host + "Content-Length: 5\r\n\r\nab",
                    408,
                    "request-timeout");
        }
    }

    private static void assertRefused(Service service, String request, int status, String code) throws IOException {
        try (RawClient client = new RawClient(service.port())) {
            RawClient.Response response = client.send(request).read();
            assertThat(response.status()).as(request).isEqualTo(status);
            assertThat(response.body()).contains("\"code\":\"" + code + "\"");
            assertThat(response.headers()).containsEntry("connection", "close");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    /** A plausible request with something wrong: or, now and then, with nothing wrong. */
    private static byte[] mutated(Random random) {
        String[] methods = {"GET", "PUT", "HEAD", "DELETE", "POST", "PATCH", "get", "CONNECT", "OPTIONS", "G\u0000T", ""
        };
        String[] paths = {
            "/v1/cache/long/k",
            "/v1/cache/long/%",
            "/v1/cache/long/%zz",
            "/v1/cache//",
            "/v1/cache/nope/k",
            "/v1/cache/long/k?ttl=1",
            "/v1/status",
            "/",
            "*",
            "//",
            "/v1/cache/long/" + "k".repeat(600),
            "/" + "a".repeat(5000),
            "/\u00e4",
            "/../../etc/passwd",
            "/v1/cache/long/..%2f..",
            "http://x/v1/cache/long/k",
            "/livez",
            "/v1/openapi.json",
            "/v1/status/cache/long/k",
            "/v1/status/cache/long",
            "/v1/status/cache/long/%00",
            "/v1/cache/long:mget",
            "/v1/cache/long:mset",
            "/v1/cache/long?tag=a",
            "/v1/cache/long/k:incr",
            "/v1/cache/long/k?lease=5s&wait=1s&lease=",
            "/v1/limits/websocket/alice:take?cost=1",
            "/v1/limits/websocket/alice:take?cost=-1",
            "/v1/limits:take",
            "/v1/limits/websocket/" + "%ff".repeat(300),
            "/v1/cache/long/k#x",
            "/v1/cache/long/k k"
        };
        String[] versions = {"HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9", "", "HTTP/1.1 "};
        String[] headers = {
            "Host: x",
            "Authorization: Bearer " + Service.ALL,
            "Authorization: Bearer x",
            "Authorization: \u0001",
            "Authorization: Bearer " + GOOD,
            "Authorization: Bearer " + GOOD.substring(0, GOOD.length() - 9) + "AAAAAAAAA",
            "Authorization: Bearer eyJhbGciOiJub25lIn0.e30.",
            "Authorization: Bearer eyJ" + "[".repeat(3000) + ".e30.x",
            "Authorization: Bearer eyJhbGciOiJSUzI1NiIsImtpZCI6ImNsdXN0ZXIifQ.e30." + "A".repeat(342),
            "If-Match: \"",
            "If-None-Match: *",
            "If-None-Match: \"" + "a".repeat(300) + "\"",
            "X-Request-Id: \u00e4\u0007" + "r".repeat(500),
            "traceparent: 00-zz-zz-zz",
            "Content-Type: application/json",
            "Content-Length: 3",
            "Content-Length: -1",
            "Content-Length: 99999999999999999999",
            "Content-Length: 100000",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: identity",
            "Expect: 100-continue",
            "Expect: tea",
            "Connection: close",
            "Connection: upgrade",
            "Upgrade: h2c",
            "Content-Encoding: gzip",
            "X-Long: " + "y".repeat(9000),
            ": empty",
            "No colon",
            " folded: x",
            "X\u0000: y",
            "Range: bytes=0-1"
        };
        String[] bodies = {
            "",
            "abc",
            "[".repeat(20_000),
            "{\"keys\":[" + "\"k\",".repeat(2_000) + "1]}",
            "{\"entries\":{\"a\":{\"value\":" + "{\"b\":".repeat(500) + "1",
            "[{\"policy\":\"websocket\",\"client\":\"" + "c".repeat(5_000) + "\",\"cost\":1e99}]",
            "{\"cost\":-0.0000001,\"cost\":\u0000}",
            "3\r\nabc\r\n0\r\n\r\n",
            "zz\r\n",
            "ffffffffffffffff\r\n",
            "3\r\nabcd",
            "x".repeat(70_000),
            "\r\n\r\n\r\n",
            "0\r\n\r\n"
        };
        StringBuilder request = new StringBuilder(
                pick(random, methods, 6) + " " + pick(random, paths, 3) + " " + pick(random, versions, 2) + "\r\n");
        request.append("Host: x\r\nAuthorization: Bearer ").append(Service.ALL).append("\r\n");
        for (int i = random.nextInt(3); i > 0; i--) {
            request.append(headers[random.nextInt(headers.length)]).append("\r\n");
        }
        request.append("\r\n").append(bodies[random.nextInt(bodies.length)]);
        byte[] bytes = request.toString().getBytes(StandardCharsets.ISO_8859_1);
        if (random.nextInt(4) == 0) {
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    /** The first of the words half of the time, so that requests come far enough to break elsewhere. */
    private static String pick(Random random, String[] words, int likely) {
        return random.nextBoolean() ? words[random.nextInt(likely)] : words[random.nextInt(words.length)];
    }

    private static Set<Integer> statusesOf(int port, byte[] request) {
        Set<Integer> found = new ConcurrentSkipListSet<>();
        StringBuilder answer = new StringBuilder();
        try (Socket socket = new Socket("localhost", port)) {
            socket.setSoTimeout(50);
            socket.getOutputStream().write(request);
            byte[] buffer = new byte[8192];
            for (int read = socket.getInputStream().read(buffer);
                    read >= 0;
                    read = socket.getInputStream().read(buffer)) {
                answer.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketTimeoutException silence) {
            // It waits for more of the request, or keeps the connection: both are fine.
        } catch (IOException reset) {
            // So does a server whose client sends on after the last answer.
        }
        Matcher matcher = STATUS_LINE.matcher(answer);
        while (matcher.find()) {
            found.add(Integer.parseInt(matcher.group(1)));
        }
        return found;
    }
}
