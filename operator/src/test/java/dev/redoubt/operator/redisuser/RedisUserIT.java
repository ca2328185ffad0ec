package dev.redoubt.operator.redisuser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.ControlState;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.api.v1alpha1.RedisUser;
import dev.redoubt.operator.cluster.OnCluster;
import dev.redoubt.operator.cluster.RedisLogin;
import dev.redoubt.operator.cluster.Stage;
import dev.redoubt.operator.cluster.User;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A user of a Redis from its creation to its end, as whoever was given its binding sees it. */
@OnCluster
class RedisUserIT {
    /** The controls that users are about. */
    private static final List<String> OF_USERS = List.of("H1", "H2", "H14");

    private static final Duration QUIET = Duration.ofSeconds(3);
    private static final String ORDERS = "{redisRef: {name: cache}, keys: [{pattern: \"orders:*\"}]}";

    private Stage stage;
    private User user;

    @BeforeEach
    void givenTheOperator() {
        stage = Stage.open("users");
        user = stage.user();
        stage.operator().start();
    }

    @AfterEach
    void leaveNothing() {
        stage.close();
    }

    @Test
    void fromCreationToTheEnd() {
        user.appliesRedisUser("orders", ORDERS);
        user.seesNotReady(RedisUser.class, "orders", Reason.WaitingForRedis);
        assertThat(message("orders")).contains("Redis cache, which spec.redisRef names, does not exist");
        user.appliesSmallRedis("cache", "");

        user.seesReady(RedisUser.class, "orders");
        var client = stage.clientOf("orders");
        client.set("orders:1", "value");
        assertThat(client.get("orders:1")).isEqualTo("value");
        isRefused(() -> client.get("carts:1"));
        isRefused(() -> client.run("FLUSHALL"));
        isRefused(() -> client.run("RANDOMKEY"));
        isRefused(() -> stage.clientOf("orders").parameter("maxmemory"));
        assertThat(user.redisUser("orders").getStatus().rules()).startsWith("resetkeys ~orders:* ");
        await("the auditor").atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(
                        user.redis("cache").getStatus().hardening())
                .filteredOn(control -> OF_USERS.contains(control.id()))
                .hasSize(3)
                .allSatisfy(control -> assertThat(control.state()).isEqualTo(ControlState.ENFORCED)));

        var connections = aChangeOfRightsKeepsTheConnection(client);
        assertThat(connections).isEqualTo("PONG");

        theServersStartKeepsTheUser();

        var answers = client.onOneConnection(redis -> {
            redis.ping();
            stage.object(RedisUser.class, "orders").delete();
            await("the connection to be cut").atMost(Stage.PATIENCE).untilAsserted(() -> assertThatThrownBy(redis::ping)
                    .isInstanceOf(RuntimeException.class));
            return "cut";
        });
        assertThat(answers).isEqualTo("cut");
        await("login to be refused").atMost(Stage.PATIENCE).untilAsserted(() -> assertThatThrownBy(
                        () -> client.onOneConnection(redis -> redis.ping()))
                .hasStackTraceContaining("WRONGPASS"));
        await("the file to forget it").atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(aclFile())
                .doesNotContain("user orders "));
        await("the Secrets to go").atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(
                        stage.object(Secret.class, "orders-user-binding").get())
                .isNull());
        assertThat(stage.notes("cache"))
                .noneMatch(note -> note.startsWith(EventReason.DriftRepaired.name())
                        || (note.startsWith(EventReason.ControlFailed.name())
                                && OF_USERS.stream().anyMatch(control -> note.contains(control + " "))));
    }

    private String aChangeOfRightsKeepsTheConnection(RedisLogin client) {
        return client.onOneConnection(redis -> {
            assertThat(redis.set("orders:1", "again")).isEqualTo("OK");
            user.appliesRedisUser(
                    "orders",
                    "{redisRef: {name: cache}, commands: {categories: [read]}, keys: [{pattern: \"orders:*\"}, {pattern:"
                            + " \"prices:*\", access: ReadOnly}]}");
            user.seesReady(RedisUser.class, "orders");
            assertThatThrownBy(() -> redis.set("orders:1", "no more")).hasMessageStartingWith("NOPERM");
            assertThat(redis.get("orders:1")).isEqualTo("again");
            assertThat(redis.get("prices:1")).isNull();
            return redis.ping();
        });
    }

    private void theServersStartKeepsTheUser() {
        assertThat(aclFile()).contains("user orders on sanitize-payload #");
        var before = stage.existing(Pod.class, "cache-redis-0").getMetadata().getUid();
        stage.object(Pod.class, "cache-redis-0").delete();
        await("a new pod").atMost(Stage.PATIENCE).until(() -> {
            var pod = stage.object(Pod.class, "cache-redis-0").get();
            return pod != null && !pod.getMetadata().getUid().equals(before);
        });
        await("the user again")
                .atMost(Stage.PATIENCE)
                .ignoreExceptionsInstanceOf(RedisConnectionException.class)
                .until(() -> Objects.equals(stage.clientOf("orders").get("orders:1"), "again"));
        user.seesReady(Redis.class, "cache");
        user.seesReady(RedisUser.class, "orders");
    }

    @Test
    void whatIsRefusedIsSaidAndWhatRunsIsLeft() {
        user.appliesSmallRedis("cache", "");
        user.appliesRedisUser("orders", ORDERS);
        user.seesReady(RedisUser.class, "orders");

        user.appliesRedisUser(
                "thief", "{redisRef: {name: cache}, keys: [{pattern: \"orders:eu:*\", access: ReadOnly}]}");
        user.seesNotReady(RedisUser.class, "thief", Reason.InvalidSpec);
        assertThat(message("thief"))
                .contains("\"orders:eu:*\" reaches keys of RedisUser orders, which has \"orders:*\"");
        assertThat(stage.object(Secret.class, "thief-user-binding").get()).isNull();

        user.appliesRedisUser(
                "orders", "{redisRef: {name: cache}, keys: [{pattern: \"orders:*\"}], commands: {allow: [hexpire]}}");
        user.seesNotReady(RedisUser.class, "orders", Reason.InvalidSpec);
        assertThat(message("orders")).contains("Redis 7.0 does not know \"hexpire\"");
        stage.clientOf("orders").set("orders:1", "still");

        var foreign = new SecretBuilder()
                .withNewMetadata()
                .withName("carts-user-binding")
                .withNamespace(stage.namespace())
                .endMetadata()
                .build();
        stage.world().resource(foreign).create();
        user.appliesRedisUser("carts", "{redisRef: {name: cache}, keys: [{pattern: \"carts:*\"}]}");
        user.seesNotReady(RedisUser.class, "carts", Reason.NameConflict);
        assertThat(stage.existing(Secret.class, "carts-user-binding").getData()).isNullOrEmpty();

        user.appliesRedisUser("orders", ORDERS);
        user.seesReady(RedisUser.class, "orders");
        stage.operator().restsFor(QUIET);
    }

    @Test
    void aGivenPasswordIsTheOneAndTheOperatorsRestartChangesNothing() {
        user.appliesSmallRedis("cache", "");
        user.appliesRedisUser(
                "orders",
                "{redisRef: {name: cache}, passwordSecretRef: {name: mine}, keys: [{pattern: \"orders:*\"}], commands: {categories:"
                        + " [read, write, pubsub, scripting, transaction]}}");
        user.seesNotReady(RedisUser.class, "orders", Reason.SecretNotFound);
        stage.world().resource(given(Map.of(), "a-password/of:20+chars\n")).create();
        await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(message("orders"))
                .contains("label secret mine redoubt.dev/watch=true"));
        var labels = Map.of("redoubt.dev/watch", "true");
        stage.world().resource(given(labels, "a-password/of:20+chars\n")).update();
        user.seesNotReady(RedisUser.class, "orders", Reason.PasswordUnusable);
        assertThat(message("orders")).contains("ends in a line break").doesNotContain("of:20");
        stage.world().resource(given(labels, "a-password/of:20+chars")).update();
        user.seesReady(RedisUser.class, "orders");

        var binding = SecretData.decode(stage.existing(Secret.class, "orders-user-binding"));
        assertThat(binding)
                .containsEntry("password", "a-password/of:20+chars")
                .containsEntry("username", "orders")
                .containsEntry("type", "redis");
        assertThat(binding.get("REDIS_URL")).startsWith("rediss://orders:a-password%2Fof%3A20%2Bchars@cache-redis.");
        assertThat(binding.keySet())
                .isEqualTo(SecretData.decode(stage.existing(Secret.class, "cache-binding"))
                        .keySet());
        stage.clientOf("orders").set("orders:1", "value");

        user.seesReady(Redis.class, "cache");
        user.seesExporter("cache");
        stage.operator().restsFor(QUIET);
        stage.operator().stop();
        var version = user.redisUser("orders").getMetadata().getResourceVersion();
        var writes = stage.operator().writes();
        stage.operator().start();
        await().atMost(Stage.PATIENCE).until(() -> stage.operator().passes() >= 4);
        stage.operator().restsFor(QUIET);
        assertThat(stage.operator().writes()).isEqualTo(writes);
        assertThat(user.redisUser("orders").getMetadata().getResourceVersion()).isEqualTo(version);

        // What somebody changes on the server is put right.
        stage.operatorLogin("cache").run("ACL", "SETUSER", "orders", "+@all", "~*");
        await("the repair").atMost(Stage.PATIENCE).untilAsserted(() -> {
            isRefused(() -> stage.clientOf("orders").get("carts:1"));
            assertThat(stage.events("cache")).contains(EventReason.DriftRepaired.name());
        });
    }

    /** Whoever has read the binding before goes on, until whoever reads it now has had time to. */
    @Test
    void aPasswordIsReplacedByOperatorsThatAreKilled() {
        user.appliesSmallRedis("cache", "");
        user.appliesRedisUser("orders", ORDERS);
        user.seesReady(RedisUser.class, "orders");
        var early = stage.clientOf("orders");
        early.set("orders:1", "value");

        user.asksForAnotherPassword("orders", "killed");
        for (var other : List.of("password.next", "password.previous")) {
            await(other).atMost(Stage.PATIENCE).until(() -> credentials().containsKey(other));
            stage.operator().stop();
            assertThat(early.get("orders:1")).isEqualTo("value");
            assertThat(stage.clientOf("orders").get("orders:1")).isEqualTo("value");
            stage.operator().start();
        }

        await("the end").atMost(Stage.PATIENCE).until(() -> Set.of(
                        "password", "rotation.rotatedAt", "rotation.since", "rotation.request")
                .equals(credentials().keySet()));
        await("the old password to be refused").atMost(Stage.PATIENCE).untilAsserted(() -> assertThatThrownBy(
                        () -> early.onOneConnection(redis -> redis.ping()))
                .hasStackTraceContaining("WRONGPASS"));
        user.seesReady(RedisUser.class, "orders");
        assertThat(stage.clientOf("orders").get("orders:1")).isEqualTo("value");
        stage.operator().restsFor(QUIET);
    }

    private Map<String, String> credentials() {
        return SecretData.decode(stage.existing(Secret.class, "orders-user-credentials"));
    }

    private Secret given(Map<String, String> labels, String password) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName("mine")
                .withNamespace(stage.namespace())
                .addToLabels(labels)
                .endMetadata()
                .withData(SecretData.encode(Map.of("password", password)))
                .build();
    }

    private String message(String name) {
        return User.condition(user.redisUser(name), "Ready").getMessage();
    }

    private String aclFile() {
        return SecretData.decode(stage.existing(Secret.class, "cache-redis-acl"))
                .toString();
    }

    private static void isRefused(ThrowingCallable command) {
        assertThatThrownBy(command)
                .isInstanceOf(RedisCommandExecutionException.class)
                .hasMessageStartingWith("NOPERM");
    }
}
