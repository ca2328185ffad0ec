package dev.redoubt.operator.cacheservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.CacheService;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.certificates.CertificateIssuer;
import dev.redoubt.operator.cluster.OnCluster;
import dev.redoubt.operator.cluster.Stage;
import dev.redoubt.operator.cluster.TlsContext;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.settings.OperatorSettings.Certificates;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.lettuce.core.KillArgs;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The cache service before a Redis that wants certificates of its clients, while those of both are renewed, authorities included. */
@OnCluster
class CacheServiceCertificatesIT {
    private static final Certificates LIVES = new Certificates(
            Duration.ofSeconds(240), Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ofSeconds(10));
    /** The successor of the first authority is made after 100 s, and signs 20 s after it was seen everywhere. */
    private static final Duration LOAD = Duration.ofSeconds(140);

    /** Time for some twenty requests, each on a connection of its own, so that every event loop has its share. */
    private static final Duration SETTLED = Duration.ofSeconds(3);

    private static final int PATIENCE_MILLIS = 10_000;

    private static Stage stage;

    @BeforeAll
    static void givenAServiceBeforeAStrictRedis() {
        stage = Stage.open("service-tls");
        stage.operator().start(LIVES);
        stage.user()
                .appliesSmallRedis(
                        "strict", "tls: {clientCertificates: Required}, monitoring: {exporter: {enabled: false}}");
        stage.user().appliesCacheService("gateway", """
                {redisRef: {name: strict}, replicas: 1, resources: {requests: {cpu: 10m}},
                 regions: [{name: samples, ttl: 10s}], clients: [{name: app, read: ['*'], write: ['*']}]}
                """);
        stage.user().seesReady(Redis.class, "strict");
        stage.user().seesReady(CacheService.class, "gateway");
    }

    @AfterAll
    static void leaveNothing() {
        if (stage != null) {
            stage.close();
        }
    }

    @Test
    void clientsThatVerifyNeverFailAndNothingRestarts() throws Exception {
        // Ready says nothing of Redis: each event loop's own connection to it may be made a moment later, and a first
        // command that is
        // late on a busy machine is a 503. What is counted are renewals, not the start.
        await().atMost(Stage.PATIENCE).ignoreExceptions().during(SETTLED).until(() -> request("PUT")
                .startsWith("HTTP/1.1 20"));
        var before = pods();
        var serials = new HashSet<String>();
        var authorities = new HashSet<String>();
        var failures = new ArrayList<String>();
        var requests = 0;
        for (var end = Instant.now().plus(LOAD); Instant.now().isBefore(end); requests += 2) {
            for (var method : List.of("PUT", "GET")) {
                try {
                    var answer = request(method, serials);
                    if (!answer.matches("HTTP/1.1 20[014] .*")) {
                        failures.add(method + " " + Instant.now() + " " + answer);
                    }
                } catch (IOException e) {
                    failures.add(method + " " + Instant.now() + " " + e);
                }
            }
            authorities.add(content("gateway-cache-service-ca").get("ca.crt"));
            Thread.sleep(100);
        }

        assertThat(failures).isEmpty();
        assertThat(requests).isGreaterThan(200);
        assertThat(authorities).hasSizeGreaterThanOrEqualTo(2);
        assertThat(serials).hasSizeGreaterThanOrEqualTo(3);
        assertThat(pods()).isEqualTo(before);
        assertThat(stage.events("gateway")).contains("AuthorityRenewed");

        // What it holds by now it has read after its start: the certificate of then has ended.
        stage.operatorLogin("strict").onOneConnection(redis -> redis.clientKill(KillArgs.Builder.user("service")));
        await().atMost(Stage.PATIENCE).ignoreExceptions().until(() -> request("PUT")
                .startsWith("HTTP/1.1 20"));
        assertThat(pods()).isEqualTo(before);
    }

    /** Every pod with the number of its starts. */
    private static Set<String> pods() {
        var found = new HashSet<String>();
        for (var pod :
                stage.world().pods().inNamespace(stage.namespace()).list().getItems()) {
            found.add(name(pod) + " " + pod.getMetadata().getUid() + " "
                    + pod.getStatus().getContainerStatuses().getFirst().getRestartCount());
        }
        return found;
    }

    private static String name(Pod pod) {
        return pod.getMetadata().getName();
    }

    private static String request(String method) throws IOException {
        return request(method, new HashSet<>());
    }

    /**
     * One request on a connection of its own, with what the client's Secret says now.
     *
     * @param serials gets the serial number of the certificate that was presented
     * @return the first line of the answer
     */
    private static String request(String method, Set<String> serials) throws IOException {
        var binding = content("gateway-client-app");
        var host = "gateway-cache-service." + stage.namespace() + ".svc";
        var address =
                stage.existing(Service.class, "gateway-cache-service").getSpec().getClusterIP();
        var body = method.equals("PUT") ? "{\"cpu\": 12}" : "";
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress(address, 443), PATIENCE_MILLIS);
            plain.setSoTimeout(PATIENCE_MILLIS);
            try (var socket = (SSLSocket) TlsContext.trusting(binding.get(CertificateIssuer.CA_CERTIFICATE))
                    .getSocketFactory()
                    .createSocket(plain, host, 443, true)) {
                var parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                var served = (X509Certificate) socket.getSession().getPeerCertificates()[0];
                serials.add(served.getSerialNumber().toString(16));
                socket.getOutputStream().write("""
                        %s /v1/cache/samples/key HTTP/1.1\r
                        Host: %s\r
                        Authorization: Bearer %s\r
                        Content-Type: application/json\r
                        Content-Length: %d\r
                        Connection: close\r
                        \r
                        %s""".formatted(method, host, binding.get("API_KEY"), body.length(), body)
                        .getBytes(StandardCharsets.US_ASCII));
                var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return answer.lines().findFirst().orElse("nothing");
            }
        }
    }

    private static Map<String, String> content(String secret) {
        return SecretData.decode(stage.existing(Secret.class, secret));
    }
}
