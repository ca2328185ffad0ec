package dev.redoubt.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.e2e.cluster.ClientPod;
import dev.redoubt.e2e.cluster.OnCluster;
import dev.redoubt.e2e.cluster.OperatorPod;
import dev.redoubt.e2e.cluster.Stage;
import dev.redoubt.e2e.process.Outcome;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecurityContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every pod of the product is restricted, and its ports speak TLS 1.2 or newer and nothing else. */
@OnCluster
final class PodsAndWiresAreHardenedE2E {

    private static final String BOTH = """
            apiVersion: redoubt.dev/v1alpha1
            kind: Redis
            metadata: {name: hard}
            spec: {maxMemory: 64Mi}
            ---
            apiVersion: redoubt.dev/v1alpha1
            kind: CacheService
            metadata: {name: hard}
            spec:
              redisRef: {name: hard}
              replicas: 1
              regions: [{name: numbers, ttl: 5m}]
              clients: [{name: app, read: [numbers]}]
            """;

    private final Stage stage;
    private ClientPod client;

    PodsAndWiresAreHardenedE2E(Stage stage) {
        this.stage = stage;
    }

    @BeforeAll
    void aRedisACacheServiceAndAClientOfBoth() {
        stage.applyAndAwaitReady(BOTH, "cacheservice/hard");
        client = ClientPod.named("client")
                .clientOfRedis("hard")
                .clientOfCache("hard")
                .mounting("hard-binding")
                .startedOn(stage)
                .reaching("hard-redis", 6379)
                .reaching("hard-cache-service", 443);
    }

    @Test
    void everyPodIsRestricted() {
        assertThat(allPods().toList()).hasSizeGreaterThanOrEqualTo(3).allSatisfy(pod -> {
            assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSpec().getSecurityContext().getSeccompProfile().getType())
                    .isEqualTo("RuntimeDefault");
            assertThat(containers(pod)).allSatisfy(PodsAndWiresAreHardenedE2E::assertRestricted);
        });
    }

    private static void assertRestricted(Container container) {
        SecurityContext context = container.getSecurityContext();
        assertThat(context.getAllowPrivilegeEscalation()).isFalse();
        assertThat(context.getReadOnlyRootFilesystem()).isTrue();
        assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(context.getCapabilities().getAdd()).isNullOrEmpty();
        assertThat(container.getResources().getLimits()).containsKey("memory");
        assertThat(container.getImage()).doesNotEndWith(":latest");
    }

    @Test
    void noPodOfAResourceHasAServiceAccountToken() {
        assertThat(resourcePods().toList()).allSatisfy(pod -> {
            assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getSpec().getVolumes())
                    .allSatisfy(volume -> assertThat(volume.getProjected()).isNull());
        });
        Outcome token = stage.kubectl("exec", "hard-redis-0", "--", "ls", "/var/run/secrets/kubernetes.io");
        assertThat(token.failed().err()).contains("No such file");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"hard-redis:6379", "hard-cache-service:443"})
    void oldTlsIsRefusedByTheServer(String address) {
        Outcome old = handshake(address, "-tls1_1 -cipher ALL:@SECLEVEL=0").failed();
        assertThat(old.all()).containsIgnoringCase("alert protocol version");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"hard-redis:6379, -tls1_2", "hard-redis:6379, -tls1_3", "hard-cache-service:443, -tls1_3"})
    void currentTlsIsSpoken(String address, String version) {
        handshake(address, version).succeeded();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"hard-redis, 6379", "hard-cache-service, 443"})
    void plainTextIsRefused(String host, int port) {
        Outcome plain = client.python("""
                import socket
                with socket.create_connection(("%s", %d), timeout=5) as plain:
                    plain.sendall(b"GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
                    try:
                        print("answer", plain.recv(64).hex() or "closed")
                    except ConnectionResetError:
                        print("answer closed")
                """.formatted(host, port)).succeeded();
        assertThat(plain.text()).matches("answer (closed|15 ?03.*)");
    }

    /** From inside the cluster, so that the network counts too. */
    @Test
    void theOperatorHasProbedEveryControl() {
        await().atMost(Stage.PATIENCE)
                .untilAsserted(() -> assertThat(hardened("hard").get("status")).isEqualTo("True"));
        assertThat(controls("hard"))
                .containsEntry("H4", "Enforced")
                .containsEntry("H11", "NotApplicable")
                .hasSize(13)
                .allSatisfy((id, state) -> assertThat(state).isIn("Enforced", "NotApplicable"));
    }

    /** Policies add up: one more opens what the operator's own closes. */
    @Test
    void aFurtherPolicyThatLetsEverybodyInIsSeenWithinAMinute() {
        stage.applyAndAwaitReady("""
                apiVersion: redoubt.dev/v1alpha1
                kind: Redis
                metadata: {name: opened}
                spec: {maxMemory: 64Mi}
                """, "redis/opened");
        await().atMost(Stage.PATIENCE)
                .untilAsserted(() -> assertThat(controls("opened")).containsEntry("H4", "Enforced"));

        stage.apply("""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: open-door}
                spec: {podSelector: {matchLabels: {redoubt.dev/redis: opened}}, policyTypes: [Ingress], ingress: [{}]}
                """);

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(controls("opened")).containsEntry("H4", "Failed"));
        assertThat(hardened("opened").get("message")).contains("H4 NetworkIsolated", "reach the pod");

        stage.kubectl("delete", "networkpolicy", "open-door").succeeded();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () -> assertThat(hardened("opened").get("status")).isEqualTo("True"));
    }

    private Map<String, String> controls(String redis) {
        return stage.kubectl(
                        "get",
                        "redis",
                        redis,
                        "--output",
                        "jsonpath={range .status.hardening[*]}{.id}={.state}{\"\\n\"}{end}")
                .succeeded()
                .text()
                .lines()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    private Map<String, String> hardened(String redis) {
        String condition = "{.status.conditions[?(@.type==\"Hardened\")]";
        String[] parts = stage.kubectl(
                        "get",
                        "redis",
                        redis,
                        "--output",
                        "jsonpath=" + condition + ".status}|" + condition + ".message}")
                .succeeded()
                .text()
                .split("\\|", 2);
        return Map.of("status", parts[0], "message", parts[1]);
    }

    private Outcome handshake(String address, String options) {
        return client.sh(": | timeout 10 openssl s_client -brief -connect %s %s".formatted(address, options));
    }

    private Stream<Pod> resourcePods() {
        return Stream.concat(
                stage.pods("redoubt.dev/redis", "hard").stream(),
                stage.pods("redoubt.dev/cache-service", "hard").stream());
    }

    private Stream<Pod> allPods() {
        List<Pod> operator = stage.beside(OperatorPod.NAMESPACE).pods("app.kubernetes.io/name", OperatorPod.DEPLOYMENT);
        return Stream.concat(resourcePods(), operator.stream());
    }

    private static List<Container> containers(Pod pod) {
        return Stream.concat(pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream())
                .toList();
    }
}
