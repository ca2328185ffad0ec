package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.CacheService;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.cluster.OnCluster;
import dev.redoubt.operator.cluster.Stage;
import dev.redoubt.operator.cluster.User;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Passwords are replaced while applications are at work: none of them notices, whatever happens meanwhile. */
@OnCluster
class RotationIT {
    /** The kubelet brings a changed Secret to a pod within its sync period and its cache's time, a minute each. */
    private static final Duration FOLLOWS_WITHIN = Duration.ofMinutes(3);

    private static Stage stage;

    @BeforeAll
    static void givenAReadyRedis() {
        stage = Stage.open("rotation");
        stage.operator().start();
        stage.user().appliesSmallRedis("cache", "");
        stage.user().seesReady(Redis.class, "cache");
    }

    @AfterAll
    static void leaveNothing() {
        if (stage != null) {
            stage.close();
        }
    }

    @BeforeEach
    void givenThatThePasswordsAreSettled() {
        seesPasswords("True", Reason.PasswordsCurrent);
    }

    @Test
    void nobodyNoticesARotation() throws IOException {
        stage.user().seesExporter("cache");
        var before = credentials();
        var pod = pod();
        try (var load = RotationLoad.start(stage, "cache")) {
            stage.user().asksForNewPasswords("cache", "unnoticed");

            seesPasswords("False", Reason.Rotating);
            seesPasswords("True", Reason.PasswordsCurrent);

            assertThat(load.failures()).isEmpty();
            assertThat(load.cuts()).isEmpty();
            assertThat(load.commands()).isGreaterThan(500);
        }
        assertThatEveryPasswordWasReplaced(before);
        assertThatItDidNotRestart(pod);
        stage.user().seesExporter("cache");
        assertThat(login("exporter", credentials().get("exporter"))).isEqualTo("OK");
        assertThat(stage.events("cache")).containsSubsequence("RotationStarted", "RotationFinished");
        assertThat(stage.notes("cache"))
                .noneMatch(note -> note.startsWith("DriftRepaired") || note.startsWith("PodRestarting"))
                .noneMatch(note -> note.startsWith("ControlFailed: H14"));
        assertThat(stage.user().redis("cache").getStatus().credentials().rotatedAt())
                .isEqualTo(credentials().get("rotation.rotatedAt"));
        stage.operator().restsFor(Duration.ofSeconds(6));
    }

    /** It knows nothing but what is in the cluster. */
    @Test
    void anOperatorThatIsKilledGoesOn() throws IOException {
        var before = credentials();
        var pod = pod();
        try (var load = RotationLoad.start(stage, "cache")) {
            stage.user().asksForNewPasswords("cache", "killed");
            for (var stage : new String[] {"app.next", "app.previous"}) {
                await().atMost(Stage.PATIENCE).until(() -> credentials().containsKey(stage));
                RotationIT.stage.operator().stop();
                RotationIT.stage.operator().start();
            }
            await().atMost(Stage.PATIENCE)
                    .until(() -> !credentials().containsKey("app.previous")
                            && !credentials().containsKey("app.next"));
            seesPasswords("True", Reason.PasswordsCurrent);

            assertThat(load.failures()).isEmpty();
            assertThat(load.cuts()).isEmpty();
        }
        assertThatEveryPasswordWasReplaced(before);
        assertThatItDidNotRestart(pod);
    }

    /** Connections are cut, of course; but whoever comes again is let in, the operator included. */
    @Test
    void aServerThatStartsAnewLetsEverybodyIn() throws Exception {
        var before = credentials();
        try (var load = RotationLoad.start(stage, "cache")) {
            stage.user().asksForNewPasswords("cache", "restarted");
            for (var stage : new String[] {"app.next", "app.previous"}) {
                await().atMost(Stage.PATIENCE).until(() -> credentials().containsKey(stage));
                restartServer();
            }
            await().atMost(Stage.PATIENCE)
                    .until(() -> !credentials().containsKey("app.previous")
                            && !credentials().containsKey("app.next"));
            seesPasswords("True", Reason.PasswordsCurrent);

            assertThat(load.failures()).isEmpty();
        }
        assertThatEveryPasswordWasReplaced(before);
    }

    @Test
    void aPasswordThatIsBroughtAlongIsTakenOverOnceItCanBeUsed() throws IOException {
        stage.user().appliesSmallRedis("own", "auth: {passwordSecretRef: {name: chosen}}");
        stage.user().seesReady(Redis.class, "own");
        seesPasswordsOf("own", "False", Reason.SecretNotFound);
        var working = binding("own").get("REDIS_PASSWORD");

        give(Map.of(), "chosen-by-its-owner-0001");
        await().atMost(Stage.PATIENCE)
                .untilAsserted(() -> assertThat(message("own")).contains("label secret chosen redoubt.dev/watch=true"));
        give(Map.of("redoubt.dev/watch", "true"), "short");
        seesPasswordsOf("own", "False", Reason.PasswordUnusable);
        assertThat(message("own")).contains("has 5 characters").doesNotContain("short");
        assertThat(binding("own")).containsEntry("REDIS_PASSWORD", working);

        give(Map.of("redoubt.dev/watch", "true"), "chosen/by:its@owner-0001");

        seesPasswordsOf("own", "True", Reason.PasswordsCurrent);
        assertThat(binding("own"))
                .containsEntry("REDIS_PASSWORD", "chosen/by:its@owner-0001")
                .hasEntrySatisfying("REDIS_URL", url -> assertThat(url)
                        .startsWith("rediss://app:chosen%2Fby%3Aits%40owner-0001@own-redis."));
        assertThat(login("own", "app", "chosen/by:its@owner-0001")).isEqualTo("OK");
        assertThat(login("own", "app", working)).startsWith("-WRONGPASS");
    }

    /** Time passes: the Secret says when they were replaced last, and that is made to be a month ago. */
    @Test
    void passwordsThatHaveBecomeOldAreReplacedBySchedule() throws IOException {
        stage.user().appliesSmallRedis("old", "auth: {rotateEvery: 30d}");
        stage.user().seesReady(Redis.class, "old");
        seesPasswordsOf("old", "True", Reason.PasswordsCurrent);
        assertThatTheNextRotationIsInAMonth();
        var before = credentialsOf("old");
        try (var load = RotationLoad.start(stage, "old")) {
            stage.object(Secret.class, "old-redis-credentials").edit(secret -> new SecretBuilder(secret)
                    .addToData(SecretData.encode(Map.of(
                            "rotation.rotatedAt",
                            Instant.now().minus(31, ChronoUnit.DAYS).toString())))
                    .build());

            seesPasswordsOf("old", "False", Reason.Rotating);
            seesPasswordsOf("old", "True", Reason.PasswordsCurrent);

            assertThat(load.failures()).isEmpty();
            assertThat(load.cuts()).isEmpty();
        }
        var after = credentialsOf("old");
        for (var user : new String[] {"app", "service", "operator", "exporter", "replication"}) {
            assertThat(after.get(user)).as(user).isNotEqualTo(before.get(user));
        }
        assertThat(login("old", "app", after.get("app"))).isEqualTo("OK");
        assertThat(login("old", "app", before.get("app"))).startsWith("-WRONGPASS");
        assertThatTheNextRotationIsInAMonth();
    }

    /** Up to a tenth earlier. */
    private static void assertThatTheNextRotationIsInAMonth() {
        var next = Instant.parse(
                stage.user().redis("old").getStatus().credentials().nextRotation());
        assertThat(Duration.between(Instant.now(), next)).isBetween(Duration.ofDays(26), Duration.ofDays(30));
    }

    /** No request fails while the old password and the new one both log in; and afterwards it connects with the new one. */
    @Test
    void aCacheServiceFollows() throws Exception {
        stage.user()
                .appliesCacheService(
                        "gateway",
                        "{redisRef: {name: cache}, replicas: 1, resources: {requests: {cpu: 10m}}, regions: [{name: samples, ttl: 10m}],"
                                + " clients: [{name: app, read: ['*'], write: ['*']}]}");
        stage.user().seesReady(CacheService.class, "gateway");
        var before = credentials();
        try (var load = ServiceLoad.start(stage, "gateway", "app")) {
            stage.user().asksForNewPasswords("cache", "followed");
            seesPasswords("False", Reason.Rotating);
            seesPasswords("True", Reason.PasswordsCurrent);

            assertThat(load.failures()).isEmpty();
            assertThat(load.requests()).isGreaterThan(100);
        }
        assertThat(login("service", before.get("service"))).startsWith("-WRONGPASS");

        restartServer();

        var client = ServiceLoad.idle(stage, "gateway", "app");
        await("a new connection of the service")
                .atMost(FOLLOWS_WITHIN)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> client.put("afterwards") / 100 == 2);
    }

    /** Nothing is left to log in with: the server reads the new passwords by starting anew. */
    @Test
    void passwordsThatAreDeletedWhileNobodyLooksAreMadeAnew() {
        stage.user().appliesSmallRedis("robbed", "");
        stage.user().seesReady(Redis.class, "robbed");
        var before = SecretData.decode(stage.existing(Secret.class, "robbed-redis-credentials"));
        stage.operator().stop();
        stage.object(Secret.class, "robbed-redis-credentials").delete();

        stage.operator().start();

        await().atMost(Stage.PATIENCE)
                .untilAsserted(() -> assertThat(stage.events("robbed")).contains("PodRestarting"));
        stage.user().seesReady(Redis.class, "robbed");
        seesPasswordsOf("robbed", "True", Reason.PasswordsCurrent);
        assertThat(SecretData.decode(stage.existing(Secret.class, "robbed-redis-credentials")))
                .doesNotContainEntry("app", before.get("app"));
        stage.application("robbed").set("key", "value");
    }

    private static void assertThatEveryPasswordWasReplaced(Map<String, String> before) throws IOException {
        var after = credentials();
        for (var user : new String[] {"app", "service", "operator", "exporter", "replication"}) {
            assertThat(after.get(user)).isNotEqualTo(before.get(user));
            assertThat(login(user, after.get(user))).as(user).isEqualTo("OK");
            assertThat(login(user, before.get(user))).as(user).startsWith("-WRONGPASS");
        }
        assertThat(binding("cache")).containsEntry("REDIS_PASSWORD", after.get("app"));
    }

    private static void assertThatItDidNotRestart(Pod before) {
        assertThat(pod().getMetadata().getUid()).isEqualTo(before.getMetadata().getUid());
        assertThat(restarts(pod())).isEqualTo(restarts(before));
    }

    private static int restarts(Pod pod) {
        return pod.getStatus().getContainerStatuses().getFirst().getRestartCount();
    }

    /** As the kubelet ends it. */
    private static void restartServer() throws Exception {
        var before = restarts(pod());
        try (var exec = stage.world()
                .pods()
                .inNamespace(stage.namespace())
                .withName("cache-redis-0")
                .writingOutput(new ByteArrayOutputStream())
                .exec("sh", "-c", "kill 1")) {
            exec.exitCode().get(30, TimeUnit.SECONDS);
        }
        await().atMost(Stage.PATIENCE).until(() -> restarts(pod()) > before);
    }

    private static void give(Map<String, String> labels, String password) {
        stage.world()
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("chosen")
                        .withNamespace(stage.namespace())
                        .withLabels(new HashMap<>(labels))
                        .endMetadata()
                        .withData(SecretData.encode(Map.of("password", password)))
                        .build())
                .forceConflicts()
                .serverSideApply();
    }

    private static void seesPasswords(String status, Reason reason) {
        seesPasswordsOf("cache", status, reason);
    }

    private static void seesPasswordsOf(String redis, String status, Reason reason) {
        stage.user().sees(Redis.class, redis, "CredentialsCurrent", status, reason, Stage.PATIENCE);
    }

    private static String message(String redis) {
        return User.condition(stage.user().redis(redis), "CredentialsCurrent").getMessage();
    }

    private static Map<String, String> credentials() {
        return credentialsOf("cache");
    }

    private static Map<String, String> credentialsOf(String redis) {
        return SecretData.decode(stage.existing(Secret.class, redis + "-redis-credentials"));
    }

    private static Map<String, String> binding(String redis) {
        return SecretData.decode(stage.existing(Secret.class, redis + "-binding"));
    }

    private static Pod pod() {
        return stage.existing(Pod.class, "cache-redis-0");
    }

    private static String login(String user, String password) throws IOException {
        return login("cache", user, password);
    }

    /** The Service has no address for a moment after the server has started anew. */
    private static String login(String redis, String user, String password) throws IOException {
        return await().atMost(Stage.PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> answerToLogin(redis, user, password), answer -> !answer.isEmpty());
    }

    private static String answerToLogin(String redis, String user, String password) throws IOException {
        var address = stage.existing(Service.class, redis + "-redis").getSpec().getClusterIP();
        try (var connection =
                RespConnection.overTls(address, RedisNames.PORT, binding(redis).get("ca.crt"))) {
            return connection.ask("AUTH", user, password);
        }
    }
}
