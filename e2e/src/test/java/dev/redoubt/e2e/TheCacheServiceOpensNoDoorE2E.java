package dev.redoubt.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.e2e.cluster.Api;
import dev.redoubt.e2e.cluster.ClientPod;
import dev.redoubt.e2e.cluster.OnCluster;
import dev.redoubt.e2e.cluster.Stage;
import dev.redoubt.e2e.process.Outcome;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The cache service stores and returns values over verified HTTPS, and only what the grants of the key allow. */
@OnCluster
final class TheCacheServiceOpensNoDoorE2E {

    private static final String SERVICE = """
            apiVersion: redoubt.dev/v1alpha1
            kind: Redis
            metadata: {name: doors}
            spec: {maxMemory: 64Mi}
            ---
            apiVersion: redoubt.dev/v1alpha1
            kind: CacheService
            metadata: {name: doors}
            spec:
              redisRef: {name: doors}
              replicas: 1
              regions:
              - {name: open-region, ttl: 5m}
              - {name: other-region, ttl: 5m}
              - {name: short-lived, ttl: 1s}
              clients:
              - {name: writer, read: ["*"], write: ["*"]}
              - {name: reader, read: [open-region]}
            """;

    private static final String LIVE =
            "curl -sS --connect-timeout 4 --cacert /binding/ca.crt \"$(cat /binding/URL)/livez\"";

    private final Stage stage;
    private Api writer;
    private Api reader;

    TheCacheServiceOpensNoDoorE2E(Stage stage) {
        this.stage = stage;
    }

    @BeforeAll
    void aServiceAndTwoClients() {
        stage.applyAndAwaitReady(SERVICE, "cacheservice/doors");
        writer = Api.client(stage, "doors", "writer");
        reader = Api.client(stage, "doors", "reader");
    }

    @Test
    void aStoredValueComesBack() {
        assertThat(writer.put("/v1/cache/open-region/greeting", "hello").status())
                .isIn(201, 204);
        assertThat(writer.get("/v1/cache/open-region/greeting").body()).isEqualTo("hello");
        assertThat(reader.get("/v1/cache/open-region/greeting").body()).isEqualTo("hello");
        assertThat(writer.call("HEAD", "/v1/cache/open-region/greeting", "").status())
                .isEqualTo(200);
        assertThat(writer.call("DELETE", "/v1/cache/open-region/greeting", "").status())
                .isEqualTo(204);
        assertThat(writer.get("/v1/cache/open-region/greeting").status()).isEqualTo(404);
    }

    @Test
    void aMissIs404AsAProblemDocument() {
        Api.Answer miss = writer.get("/v1/cache/open-region/never-stored");
        assertThat(miss.status()).isEqualTo(404);
        assertThat(miss.type()).startsWith("application/problem+json");
    }

    @Test
    void aValueEndsWithTheTtlOfItsRegion() {
        assertThat(writer.put("/v1/cache/short-lived/k", "v").status()).isIn(201, 204);
        writer.pod().sh("sleep 2.5").succeeded();
        assertThat(writer.get("/v1/cache/short-lived/k").status()).isEqualTo(404);
    }

    @Test
    void withoutKeyAndWithAWrongKeyItIs401() {
        assertThat(reader.getWithoutKey("/v1/cache/open-region/greeting").status())
                .isEqualTo(401);
        assertThat(reader.getWithWrongKey("/v1/cache/open-region/greeting").status())
                .isEqualTo(401);
    }

    @Test
    void outsideTheGrantItIs403() {
        assertThat(reader.get("/v1/cache/other-region/k").status()).isEqualTo(403);
        assertThat(reader.put("/v1/cache/open-region/k", "v").status()).isEqualTo(403);
    }

    @Test
    void aPodWithoutTheLabelGetsNoConnection() {
        ClientPod stranger =
                ClientPod.named("stranger").mounting("doors-client-reader").startedOn(stage);
        Outcome dial = stranger.sh(LIVE);
        assertThat(dial.exit()).as(dial.toString()).isEqualTo(28);
    }

    /** Both NetworkPolicies let that one question through, in the cluster that enforces them. */
    @Test
    void theOperatorHearsFromEveryReplicaWhetherItsConfigurationIsInEffect() {
        stage.kubectl("wait", "--for=condition=ConfigApplied", "cacheservice/doors", "--timeout=60s")
                .succeeded();
    }

    /** A list in {@code access.from} is the whole list: the label that invites without one invites nobody any more. */
    @Test
    void aListOfItsOwnInvitesWhomItNamesAndNobodyElse() {
        stage.applyAndAwaitReady("""
                apiVersion: redoubt.dev/v1alpha1
                kind: CacheService
                metadata: {name: listed}
                spec:
                  redisRef: {name: doors}
                  replicas: 1
                  regions: [{name: open-region, ttl: 5m}]
                  clients: [{name: reader, read: [open-region]}]
                  access: {from: [{podSelector: {matchLabels: {app: web}}}]}
                """, "cacheservice/listed");
        ClientPod web = ClientPod.named("web")
                .labelled("app", "web")
                .mounting("listed-client-reader")
                .startedOn(stage);
        ClientPod usual = ClientPod.named("usual")
                .clientOfCache("listed")
                .mounting("listed-client-reader")
                .startedOn(stage);

        // The wall learns of new pods a moment after they run.
        await().atMost(Stage.PATIENCE).until(() -> web.sh(LIVE).exit() == 0);
        assertThat(usual.sh(LIVE).exit()).isEqualTo(28);
    }

    @Test
    void withoutTheAuthorityTheClientRefuses() {
        Outcome refused = reader.pod().python("""
                import urllib.request
                urllib.request.urlopen(open("/binding/URL").read().strip() + "/v1/status", timeout=5)
                """).failed();
        assertThat(refused.err()).contains("CERTIFICATE_VERIFY_FAILED");
    }
}
