package dev.redoubt.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.e2e.cluster.ClientPod;
import dev.redoubt.e2e.cluster.Kind;
import dev.redoubt.e2e.cluster.Moment;
import dev.redoubt.e2e.cluster.OnCluster;
import dev.redoubt.e2e.cluster.Stage;
import dev.redoubt.e2e.process.Program;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The chart {@code cache-service} from install to uninstall: each helm command does what it says when it returns. */
@OnCluster
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TheHelmReleaseTellsTheTruthE2E {

    private static final String CHART = "helm/cache-service";

    private final Stage stage;
    private final Program helm;

    TheHelmReleaseTellsTheTruthE2E(Stage stage) {
        this.stage = stage;
        this.helm = Program.helm().with("--namespace", stage.namespace());
    }

    @Test
    @Order(1)
    void installWithWaitReturnsWhenEverythingIsReadyAndNotBefore() {
        helm.run(
                        "install",
                        "shop",
                        CHART,
                        "--wait",
                        "--timeout=4m",
                        "--set=cache.spec.maxMemory=64Mi",
                        "--set=state.spec.maxMemory=64Mi",
                        "--set=service.spec.replicas=1")
                .succeeded();
        // Asked for at once, and once: a watch of our own may be behind Helm's.
        List<Moment> found = List.of(
                stage.now(Kind.REDIS, "shop-cache"),
                stage.now(Kind.REDIS, "shop-state"),
                stage.now(Kind.CACHE_SERVICE, "shop"));
        assertThat(found).allMatch(Moment::isReady);
    }

    @Test
    @Order(2)
    void helmTestPasses() {
        helm.run("test", "shop", "--timeout=3m").succeeded();
    }

    @Test
    @Order(3)
    void anUpgradeOfMaxMemoryIsLiveWithoutARestart() {
        ClientPod client = ClientPod.named("client")
                .clientOfRedis("shop-cache")
                .mounting("shop-cache-binding")
                .startedOn(stage)
                .reaching("shop-cache-redis", 6379);
        String before = running();
        helm.run("upgrade", "shop", CHART, "--wait", "--reuse-values", "--set=cache.spec.maxMemory=96Mi")
                .succeeded();
        Awaitility.await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(maxMemory(client))
                .isEqualTo("maxmemory:" + 96 * 1024 * 1024));
        assertThat(running()).isEqualTo(before);
    }

    @Test
    @Order(4)
    void uninstallKeepsTheDataAndTheApi() {
        helm.run("uninstall", "shop", "--wait").succeeded();
        Awaitility.await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(
                        stage.kubectl("get", "redis,cacheservice,statefulset,deployment,pvc", "-o", "name")
                                .text()
                                .lines())
                .containsExactlyInAnyOrder(
                        "persistentvolumeclaim/data-shop-cache-redis-0",
                        "persistentvolumeclaim/data-shop-state-redis-0"));
        stage.kubectl("get", "crd", "redises.redoubt.dev", "cacheservices.redoubt.dev", "redisusers.redoubt.dev")
                .succeeded();
    }

    private String running() {
        var pod = stage.pod("shop-cache-redis-0");
        var container = pod.getStatus().getContainerStatuses().getFirst();
        return pod.getMetadata().getUid() + " restarts " + container.getRestartCount();
    }

    private static String maxMemory(ClientPod client) {
        return client.sh("""
                cd /binding
                export REDISCLI_AUTH="$(cat REDIS_PASSWORD)"
                redis-cli -h "$(cat REDIS_HOST)" --tls --cacert ca.crt --user "$(cat REDIS_USERNAME)" INFO memory \\
                    | tr -d '\\r' | grep '^maxmemory:'
                """).succeeded().text();
    }
}
