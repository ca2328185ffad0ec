package dev.redoubt.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that are known by their ServiceAccount, with tokens as an API server makes them. */
@ExtendWith(NoLeaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenIT {

    private static final TokenIssuer CLUSTER = TokenIssuer.rsa("cluster");
    private static final TokenIssuer ELLIPTIC = TokenIssuer.ec("elliptic");

    private RedisServer redis;
    private Service service;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        redis = RedisServer.started("redis-server", directory.resolve("redis"));
        Path keys = Files.writeString(directory.resolve("jwks.json"), TokenIssuer.jwks(CLUSTER, ELLIPTIC));
        service =
                Service.with(directory, redis.binding(), """
                - {name: dashboard, serviceAccount: {namespace: shop, name: dashboard}, read: [long], write: [long]}
                - {name: reports, serviceAccount: {namespace: shop, name: reports}, read: [short]}
                tokens: {issuer: %s, audiences: [%s], keys: %s, queueSize: 8, verificationsPerSecond: 50}
                """.formatted(TokenIssuer.ISSUER, TokenIssuer.AUDIENCE, keys));
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> service.mode()
                .equals("NORMAL"));
    }

    @AfterAll
    void end() {
        service.close();
        redis.close();
    }

    @Test
    void mayDoWhatTheirServiceAccountIsGranted() throws Exception {
        for (TokenIssuer issuer : List.of(CLUSTER, ELLIPTIC)) {
            String token = issuer.token("shop", "dashboard");
            // Twice: unknown at first, remembered afterwards.
            for (int n = 0; n < 2; n++) {
                assertThat(service.send("PUT", "/v1/cache/long/k", token, "v").statusCode())
                        .isBetween(201, 204);
                assertThat(service.send("GET", "/v1/cache/long/k", token, null).body())
                        .isEqualTo("v");
            }
            HttpResponse<String> elsewhere = service.send("GET", "/v1/cache/short/k", token, null);
            assertThat(elsewhere.statusCode()).isEqualTo(403);
            assertThat(elsewhere.body())
                    .contains("\"code\":\"forbidden\"", "Client dashboard may not read region short");
        }
        assertThat(service.send("PUT", "/v1/cache/short/k", CLUSTER.token("shop", "reports"), "v")
                        .statusCode())
                .isEqualTo(403);
        assertThat(service.send("GET", "/v1/status", CLUSTER.token("shop", "reports"), null)
                        .statusCode())
                .isEqualTo(200);
        assertThat(service.management("/metrics").body())
                .contains(
                        "redoubt_access_denials_total{client=\"dashboard\",reason=\"not-granted\"} 2.0",
                        "redoubt_access_denials_total{client=\"reports\",reason=\"not-granted\"} 1.0");
    }

    @Test
    void areNobodyWithoutAClientOfTheirs() throws Exception {
        HttpResponse<String> answer = service.send("GET", "/v1/cache/long/k", CLUSTER.token("shop", "stranger"), null);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).isEmpty();
        assertThat(answer.body()).contains("\"code\":\"forbidden\"", "no client of the service");
        assertThat(service.send("GET", "/v1/status", CLUSTER.token("other", "dashboard"), null)
                        .statusCode())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "expired, token-expired, expired",
        "early, token-not-yet-valid, not valid yet",
        "audience, token-audience, another audience",
        "issuer, token-issuer, another issuer",
        "key, token-signing-key, does not know",
        "forged, token-signature, signature",
        "mangled, token-malformed, not a signed",
        "oversized, too-long, longer than any",
    })
    void areToldWhatIsWrongWithAToken(String kind, String reason, String words) throws Exception {
        Instant now = Instant.now();
        var claims = TokenIssuer.claims("shop", "dashboard", now);
        String token =
                switch (kind) {
                    case "expired" ->
                        CLUSTER.token(TokenIssuer.claims("shop", "dashboard", now.minus(Duration.ofHours(2)))
                                .build());
                    case "early" ->
                        CLUSTER.token(TokenIssuer.claims("shop", "dashboard", now.plus(Duration.ofHours(2)))
                                .build());
                    case "audience" ->
                        CLUSTER.token(claims.audience("https://kubernetes.default.svc")
                                .build());
                    case "issuer" ->
                        CLUSTER.token(claims.issuer("https://elsewhere").build());
                    case "key" -> TokenIssuer.rsa("other").token("shop", "dashboard");
                    case "forged" -> TokenIssuer.rsa("cluster").token("shop", "dashboard");
                    case "mangled" -> "eyJhbGciOiJSUzI1NiJ9.x.y";
                    default ->
                        CLUSTER.token(claims.claim("padding", "x".repeat(4000)).build());
                };
        HttpResponse<String> answer = service.send("GET", "/v1/cache/long/k", token, null);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
                .hasValue("Bearer realm=\"redoubt\", error=\"invalid_token\"");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"code\":\"unauthorized\"", words);
        assertThat(service.management("/metrics").body())
                .containsPattern("redoubt_access_denials_total\\{client=\"\",reason=\"" + reason + "\"} [1-9]");
    }

    /** While a token is looked at, its request waits with its body, and so do those behind it: in their order. */
    @Test
    void areAnsweredInTheirOrderWhileTheTokenIsLookedAt() throws Exception {
        String head = " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + CLUSTER.token("shop", "dashboard") + "\r\n";
        try (RawClient client = new RawClient(service.port())) {
            client.send("PUT /v1/cache/long/order" + head + "Content-Length: 5\r\n\r\nvalue"
                    + "GET /v1/cache/long/order" + head + "\r\n" + "GET /v1/status" + head + "\r\n"
                    + "DELETE /v1/cache/long/order" + head + "\r\n");
            assertThat(client.read().status()).isEqualTo(201);
            assertThat(client.read().body()).isEqualTo("value");
            assertThat(client.read().body()).contains("\"mode\"");
            assertThat(client.read().status()).isEqualTo(204);
        }
    }

    /** Tokens that nobody has seen, as fast as they come: nobody who is known notices, and who is told to come back may. */
    @Test
    void areNotHeldUpByAFloodOfMadeUpTokens() throws Exception {
        String good = CLUSTER.token("shop", "dashboard");
        assertThat(service.send("PUT", "/v1/cache/long/k", good, "v").statusCode())
                .isBetween(201, 204);
        TokenIssuer forger = TokenIssuer.rsa("cluster");
        List<String> forged = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            forged.add(forger.token("shop", "account-" + i));
        }
        Map<Integer, AtomicInteger> statuses = Map.of(401, new AtomicInteger(), 503, new AtomicInteger());
        List<Thread> attackers = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            List<String> share = forged.subList(t * 50, t * 50 + 50);
            attackers.add(Thread.ofVirtual().start(() -> {
                for (String token : share) {
                    try (RawClient client = new RawClient(service.port())) {
                        RawClient.Response answer = client.send(
                                        "GET /v1/cache/long/k HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token
                                                + "\r\n\r\n")
                                .read();
                        if (answer.status() == 503) {
                            assertThat(answer.body())
                                    .contains("\"code\":\"authentication-busy\"", "\"retryable\":true");
                            assertThat(answer.headers()).containsEntry("retry-after", "1");
                        }
                        statuses.get(answer.status()).incrementAndGet();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                }
            }));
        }
        for (int n = 0; n < 100; n++) {
            assertThat(service.send("GET", "/v1/cache/long/k", good, null).statusCode())
                    .isEqualTo(200);
        }
        for (Thread attacker : attackers) {
            attacker.join();
        }
        assertThat(statuses.get(401).get() + statuses.get(503).get()).isEqualTo(400);
        assertThat(statuses.get(503)).hasPositiveValue();
        Awaitility.await("somebody new is let in again")
                .atMost(Duration.ofSeconds(20))
                .until(() -> service.send("GET", "/v1/cache/short/k", CLUSTER.token("shop", "reports"), null)
                                .statusCode()
                        == 404);
    }
}
