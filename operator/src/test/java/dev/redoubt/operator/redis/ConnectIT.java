package dev.redoubt.operator.redis;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.cluster.OnCluster;
import dev.redoubt.operator.cluster.Stage;
import dev.redoubt.operator.cluster.User;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.redisconf.RedisConf;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Applications that cannot connect, in pods of a real cluster: what their client says is what {@code docs/troubleshooting.md} has, and the
 * Redis tells what it can see of the cause.
 */
@OnCluster
class ConnectIT {
    /** Each way to connect under a title, once the network has let the pod in. */
    private static final String ASKING = """
            cd /binding
            host=$(cat REDIS_HOST)
            export LC_ALL=C
            asks() { echo "== $1"; shift; redis-cli -t 4 --no-auth-warning "$@" PING 2>&1 </dev/null; }
            bound() { (export REDISCLI_AUTH="$(cat REDIS_PASSWORD)"; asks bound -h "$host" --tls --cacert ca.crt --user app); }
            for i in $(seq "$1"); do bound | grep -q PONG && break; sleep 1; done
            bound
            asks "without TLS" -h "$host"
            asks "without the authority" -h "$host" --tls
            asks "without a password" -h "$host" --tls --cacert ca.crt
            asks "with an old password" -h "$host" --tls --cacert ca.crt --user app --pass of-yesterday
            asks "by another name" -h "nowhere.${host#*.}" --tls --cacert ca.crt
            exit 0
            """;
    /** For so many seconds a pod that is let in waits for it. */
    private static final int UNTIL_LET_IN = 30;

    private static final String LABEL = "redoubt.dev/redis-client: ";
    private static final int KEYS = 40_000;
    private static final String FILL =
            "for i = 1, ARGV[1] do redis.call('SET', 'key:' .. string.format('%d', i), 'x') end"
                    + " return redis.status_reply('OK')";
    /** Microseconds for each key: the server reads its data for ten seconds. */
    private static final String SLOWLY = "\nkey-load-delay 200\n";

    private static Stage stage;
    private static User user;

    @BeforeAll
    static void givenTheOperatorAndSomeRedises() {
        stage = Stage.open("connect");
        user = stage.user();
        stage.operator().start();
        for (var name : new String[] {"cache", "gone", "slow"}) {
            user.appliesSmallRedis(name, "");
        }
    }

    @AfterAll
    static void leaveNothing() {
        if (stage != null) {
            stage.close();
        }
    }

    @Test
    void whoIsInvitedIsToldWhatIsWrongWithItsClient() {
        user.seesReady(Redis.class, "cache");

        var answers = answersTo("invited", "cache", LABEL + "cache", UNTIL_LET_IN);

        assertThat(answers).containsEntry("bound", "PONG");
        assertThat(Map.ofEntries(
                        entry("without TLS", "Connection reset by peer"),
                        entry("without the authority", "certificate verify failed"),
                        entry("without a password", "NOAUTH Authentication required."),
                        entry("with an old password", "WRONGPASS invalid username-password pair or user is disabled."),
                        entry("by another name", "Name or service not known")))
                .allSatisfy((way, words) -> assertThat(answers.get(way)).as(way).contains(words));
    }

    /** Nothing but the label is missing, which no Redis can see: it is Ready. */
    @Test
    void whoIsNotInvitedTimesOut() {
        user.seesReady(Redis.class, "cache");

        assertThat(answersTo("stranger", "cache", "app: stranger", 0).get("bound"))
                .contains("timed out");
        user.seesReady(Redis.class, "cache");
    }

    /** The client sees a refused connection, and the condition says why there is no server. */
    @Test
    void aServerThatIsGoneRefusesAndTheConditionSaysWhy() {
        user.seesReady(Redis.class, "gone");
        user.appliesSmallRedis("gone", "image: 'redoubt.dev/redis:8.0.99999'");
        user.seesNotReady(Redis.class, "gone", Reason.ImageUnavailable);

        assertThat(answersTo("left-alone", "gone", LABEL + "gone", 0).get("bound"))
                .contains("Connection refused");
        assertThat(User.condition(user.redis("gone"), "Ready").getMessage())
                .contains("redoubt.dev/redis:8.0.99999", "describe pod gone-redis-0");

        user.appliesSmallRedis("gone", "");
        user.seesReady(Redis.class, "gone");
    }

    /** It reads much data: made to last by a parameter of the server's own tests, which nobody takes back while the Redis is paused. */
    @Test
    void aServerThatReadsItsDataSaysSoToClientsAndInItsCondition() {
        user.seesReady(Redis.class, "slow");
        stage.application("slow").run("EVAL", FILL, "0", Integer.toString(KEYS));
        user.pauses(Redis.class, "slow");
        stage.object(ConfigMap.class, new RedisNames("slow", stage.namespace(), "").configMap())
                .edit(ConnectIT::readsSlowly);

        stage.object(Pod.class, "slow-redis-0").delete();

        await("the words of the condition")
                .pollInterval(Duration.ofMillis(50))
                .atMost(Stage.PATIENCE)
                .untilAsserted(() -> assertThat(User.condition(user.redis("slow"), "Ready"))
                        .extracting(Condition::getReason, Condition::getMessage)
                        .containsExactly(Reason.Loading.name(), "The server in pod slow-redis-0 is loading its data."));
        await().atMost(Stage.PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> assertThat(answerOfServer("slow")).startsWith("-LOADING"));

        user.resumes(Redis.class, "slow");
        user.seesReady(Redis.class, "slow");
        assertThat(stage.application("slow").get("key:" + KEYS)).isEqualTo("x");
    }

    private static ConfigMap readsSlowly(ConfigMap configuration) {
        return new ConfigMapBuilder(configuration)
                .addToData(RedisConf.CONFIG_FILE, configuration.getData().get(RedisConf.CONFIG_FILE) + SLOWLY)
                .build();
    }

    /** Of the server itself: its Service leads to nobody while it is not ready. */
    private static String answerOfServer(String redis) throws IOException {
        var binding = SecretData.decode(stage.existing(Secret.class, redis + "-binding"));
        var address = stage.existing(Pod.class, redis + "-redis-0").getStatus().getPodIP();
        try (var connection = RespConnection.overTls(address, RedisNames.PORT, binding.get("ca.crt"))) {
            connection.ask("AUTH", binding.get("REDIS_USERNAME"), binding.get("REDIS_PASSWORD"));
            return connection.ask("GET", "key:1");
        }
    }

    /** What the client says in a pod that has the binding of {@code redis}, by the way in which it connected. */
    private static Map<String, String> answersTo(String name, String redis, String label, int patience) {
        var pod = stage.world()
                .getKubernetesSerialization()
                .unmarshal(
                        """
                                apiVersion: v1
                                kind: Pod
                                metadata: {name: %s, namespace: %s, labels: {%s}}
                                spec:
                                  restartPolicy: Never
                                  automountServiceAccountToken: false
                                  securityContext: {runAsNonRoot: true, runAsUser: 999, runAsGroup: 999, fsGroup: 999, seccompProfile: {type: RuntimeDefault}}
                                  containers:
                                  - name: client
                                    image: %s
                                    securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
                                    resources: {requests: {cpu: 10m}}
                                    volumeMounts: [{name: binding, mountPath: /binding, readOnly: true}]
                                  volumes: [{name: binding, secret: {secretName: %s-binding, defaultMode: 288}}]
                                """.formatted(
                                        name,
                                        stage.namespace(),
                                        label,
                                        OperatorSettings.DEFAULTS.images().redis(),
                                        redis),
                        Pod.class);
        pod.getSpec()
                .getContainers()
                .getFirst()
                .setCommand(List.of("sh", "-c", ASKING, "asking", Integer.toString(patience)));
        stage.world().resource(pod).create();
        await(name).atMost(Stage.PATIENCE).until(() -> "Succeeded"
                .equals(stage.existing(Pod.class, name).getStatus().getPhase()));
        var log = stage.world()
                .pods()
                .inNamespace(stage.namespace())
                .withName(name)
                .getLog();
        return Arrays.stream(log.split("(?m)^== ", -1))
                .filter(part -> part.contains("\n"))
                .collect(Collectors.toMap(
                        part -> part.substring(0, part.indexOf('\n')),
                        part -> part.substring(part.indexOf('\n')).strip(),
                        (_, last) -> last));
    }
}
