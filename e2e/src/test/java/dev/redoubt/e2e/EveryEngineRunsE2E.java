package dev.redoubt.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.e2e.cluster.ClientPod;
import dev.redoubt.e2e.cluster.OnCluster;
import dev.redoubt.e2e.cluster.Stage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Redis 7.0, Redis 8.0 and Valkey 8.1 become Ready, say their version, and keep what is written. */
@OnCluster
final class EveryEngineRunsE2E {

    private final Stage stage;

    EveryEngineRunsE2E(Stage stage) {
        this.stage = stage;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "redis-7-0, Redis, redoubt.dev/redis:7.0, 7.0.",
        "redis-8-0, Redis, redoubt.dev/redis:8.0, 8.0.",
        "valkey-8-1, Valkey, redoubt.dev/valkey:8.1, 8.1."
    })
    void itIsReadyAndStoresAValue(String name, String engine, String image, String version) {
        stage.applyAndAwaitReady("""
                apiVersion: redoubt.dev/v1alpha1
                kind: Redis
                metadata: {name: %s}
                spec: {engine: %s, image: "%s", maxMemory: 64Mi}
                """.formatted(name, engine, image), "redis/" + name);
        assertThat(stage.kubectl("get", "redis", name, "-o", "jsonpath={.status.version}")
                        .text())
                .startsWith(version);
        ClientPod application = ClientPod.named("client-" + name)
                .clientOfRedis(name)
                .mounting(name + "-binding")
                .startedOn(stage)
                .reaching(name + "-redis", 6379);
        String said = application.sh("""
                cd /binding
                export REDISCLI_AUTH="$(cat REDIS_PASSWORD)"
                cli() { redis-cli -h "$(cat REDIS_HOST)" --tls --cacert ca.crt --user "$(cat REDIS_USERNAME)" "$@"; }
                cli SET k v && cli GET k && cli DEL k
                """).succeeded().text();
        assertThat(said.lines()).containsExactly("OK", "v", "1");
        stage.kubectl("delete", "redis", name).succeeded();
    }
}
