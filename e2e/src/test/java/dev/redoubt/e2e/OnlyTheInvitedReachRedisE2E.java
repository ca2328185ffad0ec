package dev.redoubt.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.e2e.cluster.ClientPod;
import dev.redoubt.e2e.cluster.OnCluster;
import dev.redoubt.e2e.cluster.Stage;
import dev.redoubt.e2e.process.Outcome;
import dev.redoubt.e2e.process.Program;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A Redis answers those that its binding Secret and its label invite, and nobody else gets as far as a connection. */
@OnCluster
final class OnlyTheInvitedReachRedisE2E {

    private static final String REDIS = """
            apiVersion: redoubt.dev/v1alpha1
            kind: Redis
            metadata: {name: guarded}
            spec: {maxMemory: 64Mi}
            """;

    /** What the scripts in the pods begin with: redis-cli as everybody types it, with the files of the binding. */
    private static final String CLI = """
            cd /binding
            HOST=$(cat REDIS_HOST) PORT=$(cat REDIS_PORT)
            cli() { timeout 10 redis-cli -h "$HOST" -p "$PORT" "$@"; }
            """;

    private final Stage stage;
    private ClientPod invited;

    OnlyTheInvitedReachRedisE2E(Stage stage) {
        this.stage = stage;
    }

    @BeforeAll
    void aRedisAndItsClient() {
        stage.applyAndAwaitReady(REDIS, "redis/guarded");
        invited = ClientPod.named("invited")
                .clientOfRedis("guarded")
                .mounting("guarded-binding")
                .startedOn(stage)
                .reaching("guarded-redis", 6379);
    }

    @Test
    void theFrontDoorPings() {
        Outcome ping = Program.redoubt()
                .run("redis-cli", "-n", stage.namespace(), "guarded", "PING")
                .succeeded();
        assertThat(ping.text()).isEqualTo("PONG");
    }

    @Test
    void aLabelledPodWithTheBindingPings() {
        Outcome ping = invited.sh(CLI + """
                REDISCLI_AUTH=$(cat REDIS_PASSWORD) cli --tls --cacert ca.crt --user "$(cat REDIS_USERNAME)" PING
                """).succeeded();
        assertThat(ping.text()).isEqualTo("PONG");
    }

    @Test
    void withoutPasswordItSaysNoAuth() {
        Outcome ping = invited.sh(CLI + "cli --tls --cacert ca.crt PING");
        assertThat(ping.all()).contains("NOAUTH");
    }

    @Test
    void theDefaultUserIsOffEvenWithTheRightPassword() {
        Outcome none = invited.sh(CLI + "cli --tls --cacert ca.crt AUTH default ''");
        Outcome right = invited.sh(CLI + """
                cli --tls --cacert ca.crt <<EOF
                AUTH default $(cat REDIS_PASSWORD)
                EOF
                """);
        assertThat(none.all()).contains("WRONGPASS");
        assertThat(right.all()).contains("WRONGPASS");
    }

    @Test
    void plainTextGetsATlsAlertOrNothingAndNeverAnAnswer() {
        Outcome wire = invited.python("""
                import socket
                host = open("/binding/REDIS_HOST").read()
                with socket.create_connection((host, 6379), timeout=5) as plain:
                    plain.sendall(b"PING\\r\\n")
                    try:
                        print("answer", plain.recv(64).hex() or "closed")
                    except ConnectionResetError:
                        print("answer closed")
                """).succeeded();
        assertThat(wire.text()).matches("answer (closed|15 ?03.*)");
        Outcome cli = invited.sh(CLI + "cli PING");
        assertThat(cli.all()).doesNotContain("PONG").doesNotContain("NOAUTH");
    }

    @Test
    void aPodWithoutTheLabelGetsNoConnection() {
        ClientPod stranger =
                ClientPod.named("stranger").mounting("guarded-binding").startedOn(stage);
        assertThat(dial(stranger)).isEqualTo("timeout");
        assertThat(dial(invited)).isEqualTo("connected");
    }

    @Test
    void aPodOfAnotherNamespaceGetsNoConnectionEvenWithTheLabel() {
        try (Stage elsewhere = Stage.fresh(stage.namespace() + "-elsewhere")) {
            ClientPod stranger =
                    ClientPod.named("stranger").clientOfRedis("guarded").startedOn(elsewhere);
            assertThat(dial(stranger)).isEqualTo("timeout");
        }
    }

    /** A list in {@code access.from} is the whole list: the label that invites without one invites nobody any more. */
    @Test
    void aListOfItsOwnInvitesWhomItNamesAndNobodyElse() {
        stage.applyAndAwaitReady("""
                apiVersion: redoubt.dev/v1alpha1
                kind: Redis
                metadata: {name: listed}
                spec:
                  maxMemory: 64Mi
                  access:
                    from:
                    - podSelector: {matchLabels: {app: web}}
                    - namespaceSelector: {matchLabels: {team: %s}}
                """.formatted(stage.namespace()), "redis/listed");
        ClientPod web = ClientPod.named("web").labelled("app", "web").startedOn(stage);
        ClientPod usual = ClientPod.named("usual").clientOfRedis("listed").startedOn(stage);
        try (Stage reporting = Stage.fresh(stage.namespace() + "-reporting")) {
            reporting.client().namespaces().withName(reporting.namespace()).edit(namespace -> new NamespaceBuilder(
                            namespace)
                    .editMetadata()
                    .addToLabels("team", stage.namespace())
                    .endMetadata()
                    .build());
            ClientPod reporter = ClientPod.named("reporter").startedOn(reporting);

            // The wall learns of new pods a moment after they run.
            await().atMost(Stage.PATIENCE).until(() -> dial(web, "listed"), "connected"::equals);
            await().atMost(Stage.PATIENCE).until(() -> dial(reporter, "listed"), "connected"::equals);
        }
        assertThat(dial(usual, "listed")).isEqualTo("timeout");
    }

    private String dial(ClientPod from) {
        return dial(from, "guarded");
    }

    /** Opens a TCP connection to the Service's address, so that a name that does not resolve cannot pass for a wall. */
    private String dial(ClientPod from, String redis) {
        String address = stage.client()
                .services()
                .inNamespace(stage.namespace())
                .withName(redis + "-redis")
                .get()
                .getSpec()
                .getClusterIP();
        return from.python("""
                import socket
                try:
                    socket.create_connection(("%s", 6379), timeout=4).close()
                    print("connected")
                except TimeoutError:
                    print("timeout")
                except OSError as e:
                    print(e)
                """.formatted(address)).succeeded().text();
    }
}
