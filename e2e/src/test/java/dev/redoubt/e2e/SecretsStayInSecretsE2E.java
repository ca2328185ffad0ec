package dev.redoubt.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.e2e.cluster.Api;
import dev.redoubt.e2e.cluster.ClientPod;
import dev.redoubt.e2e.cluster.OnCluster;
import dev.redoubt.e2e.cluster.OperatorPod;
import dev.redoubt.e2e.cluster.Stage;
import dev.redoubt.e2e.process.Outcome;
import dev.redoubt.e2e.process.Program;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The values of the Secrets appear nowhere else: not in objects, Events, logs, arguments or environments. */
@OnCluster
final class SecretsStayInSecretsE2E {

    private static final String ONE_OF_EACH = """
            apiVersion: redoubt.dev/v1alpha1
            kind: Redis
            metadata: {name: quiet}
            spec: {maxMemory: 64Mi}
            ---
            apiVersion: redoubt.dev/v1alpha1
            kind: CacheService
            metadata: {name: quiet}
            spec:
              redisRef: {name: quiet}
              replicas: 1
              regions: [{name: numbers, ttl: 5m}]
              clients: [{name: app, read: [numbers]}]
            ---
            apiVersion: redoubt.dev/v1alpha1
            kind: RedisUser
            metadata: {name: reader}
            spec: {redisRef: {name: quiet}, keys: [{pattern: "reports:*", access: ReadOnly}]}
            """;

    /** What there must be: a scan that did not know these values would find them nowhere. */
    private static final String[] TELLING = {
        "quiet-binding/REDIS_PASSWORD",
        "quiet-client-app/API_KEY",
        "reader-user-binding/REDIS_PASSWORD",
        "reader-user-credentials/password"
    };

    private static final String EVERYTHING_BUT_SECRETS =
            "redis,redisuser,cacheservice,statefulset,deployment,replicaset,pod,service,configmap,serviceaccount,networkpolicy,"
                    + "pdb,pvc,events,endpointslices,controllerrevisions";

    /** Keys of Secrets whose values are no secrets: names, addresses, certificates and times, which a status tells too. */
    private static final Set<String> PUBLIC = Set.of(
            "type",
            "provider",
            "host",
            "port",
            "username",
            "ca.crt",
            "tls.crt",
            "URL",
            "REDIS_HOST",
            "REDIS_PORT",
            "REDIS_USERNAME",
            "rotation.rotatedAt",
            "rotation.since",
            "rotation.request");

    /** Shorter values than this would be found by accident. */
    private static final int TELLING_LENGTH = 16;

    private final Stage stage;
    private final Map<String, String> secrets = new TreeMap<>();

    SecretsStayInSecretsE2E(Stage stage) {
        this.stage = stage;
    }

    @BeforeAll
    void aRedisWithAUserAndACacheService() {
        stage.applyAndAwaitReady(ONE_OF_EACH, "cacheservice/quiet");
        stage.awaitReady("redisuser/reader");
        stage.client()
                .secrets()
                .inNamespace(stage.namespace())
                .list()
                .getItems()
                .forEach(this::collect);
        assertThat(secrets).containsKeys(TELLING);
    }

    @Test
    void noObjectAndNoEventHoldsOne() {
        assertSilent(stage.kubectl("get", EVERYTHING_BUT_SECRETS, "-o", "yaml"));
    }

    @Test
    void noLogHoldsOne() {
        assertSilent(Program.kubectl()
                .run("logs", "--namespace=" + OperatorPod.NAMESPACE, "deployment/" + OperatorPod.DEPLOYMENT));
        assertSilent(stage.kubectl("logs", "quiet-redis-0"));
        assertSilent(stage.kubectl("logs", "deployment/quiet-cache-service"));
    }

    @Test
    void theProcessOfRedisHasNoneInItsArgumentsOrEnvironment() {
        assertSilent(stage.kubectl("exec", "quiet-redis-0", "--", "cat", "/proc/1/cmdline", "/proc/1/environ"));
    }

    /** Its image has no program to look with: a container beside it does, of the same user, in the same process namespace. */
    @Test
    void theProcessOfTheCacheServiceHasNoneInItsArgumentsOrEnvironment() {
        String pod = stage.pods("redoubt.dev/cache-service", "quiet")
                .getFirst()
                .getMetadata()
                .getName();
        stage.kubectl(
                        "debug",
                        pod,
                        "--image=" + ClientPod.IMAGE,
                        "--image-pull-policy=IfNotPresent",
                        "--profile=restricted",
                        "--target=cache-service",
                        "--container=look",
                        "--",
                        "sh",
                        "-ec",
                        "cat /proc/1/cmdline; cat /proc/1/environ; echo; echo seen")
                .succeeded();
        stage.kubectl(
                        "wait",
                        "--for=jsonpath={.status.ephemeralContainerStatuses[0].state.terminated.exitCode}=0",
                        "--timeout=60s",
                        "pod/" + pod)
                .succeeded();
        Outcome process = stage.kubectl("logs", pod, "--container=look");
        assertThat(process.text()).contains("CacheServiceApplication").endsWith("seen");
        assertSilent(process);
    }

    @Test
    void noAnswerOfTheCacheServiceHoldsOne() {
        Outcome status = Api.client(stage, "quiet", "app").pod().sh("""
                cd /binding
                printf 'Authorization: Bearer %s\n' "$(cat API_KEY)" |
                  curl -sS --max-time 15 --include --cacert ca.crt --header @- "$(cat URL)/v1/status" "$(cat URL)/v1/nothing"
                """);
        assertThat(status.text()).contains("NORMAL", "not-found");
        assertSilent(status);
    }

    @Test
    void theScanFindsThemWhereTheyBelong() {
        assertThat(found(stage.kubectl("get", "secrets", "-o", "yaml"))).contains(TELLING);
    }

    private void assertSilent(Outcome look) {
        assertThat(found(look))
                .as("Secrets whose values `%s` shows", look.command())
                .isEmpty();
    }

    /** Which Secrets' values the program printed, as they are or in base64. */
    private Set<String> found(Outcome look) {
        String shown = look.succeeded().all();
        assertThat(shown).isNotBlank();
        return secrets.entrySet().stream()
                .filter(secret -> shown.contains(secret.getValue()) || shown.contains(base64(secret.getValue())))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static String base64(String value) {
        return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Remembers each line that could give something away; of a PEM file, a line of its body is as good as the whole. */
    private void collect(Secret secret) {
        String name = secret.getMetadata().getName();
        stage.secret(name).entrySet().stream()
                .filter(entry -> !PUBLIC.contains(entry.getKey()))
                .forEach(entry -> entry.getValue()
                        .lines()
                        .filter(line -> line.length() >= TELLING_LENGTH && !line.startsWith("-----"))
                        .reduce((first, last) -> last)
                        .ifPresent(line -> secrets.put(name + "/" + entry.getKey(), line)));
    }
}
