package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.ControlState;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.hardening.Auditor;
import dev.redoubt.operator.hardening.Control;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.settings.OperatorSettings.Ping;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pass over a Redis that is paused, with a real server and a recorded API. */
@RealServer
class PausedRedisTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Ping PING = new Ping(Duration.ofMillis(200), Duration.ofSeconds(1), 2);

    @TempDir
    private Path directory;

    private FakeApi api;
    private RedisServers servers;
    private Auditor auditor;
    private LocalRedis server;
    private Redis redis;
    private PausedRedis paused;

    @BeforeEach
    void start() {
        api = new FakeApi();
        servers = new RedisServers(PING, new SimpleMeterRegistry());
        servers.start(_ -> {}, _ -> true);
        auditor = new Auditor(
                servers, OperatorSettings.DEFAULTS.hardening(), Clock.systemUTC(), new SimpleMeterRegistry());
        redis = RedisFixture.redis("r", "{maxMemory: 256Mi}");
        redis.getMetadata().setAnnotations(Map.of("redoubt.dev/paused", "true"));
        server = LocalRedis.start(directory, RedisFixture.modelOfToday(redis));
        paused = new PausedRedis(
                new ServerSync(
                        servers,
                        new ServerUsers(servers, Clock.systemUTC()),
                        api.cluster().events()),
                auditor);
    }

    @AfterEach
    void stop() {
        auditor.close();
        servers.close();
        server.close();
        api.close();
    }

    @Test
    void itSaysWhetherTheServerAnswers() {
        assertThat(look(world(Optional.of(pod()))).again()).hasValue(RedisConvergence.NEXT_TRY);
        awaitReady();

        server.freeze();
        await().atMost(PATIENCE)
                .until(() -> look(world(Optional.of(pod()))).verdict().reason() == Reason.ServerUnreachable);
        server.thaw();
        awaitReady();

        assertThat(api.requests()).isEmpty();
        assertThat(api.events()).isEmpty();
    }

    /** Somebody has reason to change the server by hand; the specification asks for something else by now. */
    @Test
    void itChangesNothingOnTheServer() throws IOException {
        awaitReady();
        try (var operator = server.connect(AclUser.OPERATOR)) {
            assertThat(operator.ask("CONFIG", "SET", "protected-mode", "no")).isEqualTo("OK");
            assertThat(operator.ask("ACL", "SETUSER", "guest", "on", ">secret")).isEqualTo("OK");
            var users = operator.ask("ACL", "LIST");

            var outcome = look(world(Optional.of(pod())));

            assertThat(outcome.verdict())
                    .isEqualTo(Verdict.ready("Answers the operator over TLS at r-redis.shop.svc:6379."));
            assertThat(operator.ask("ACL", "LIST")).isEqualTo(users);
            assertThat(operator.ask("CONFIG", "GET", "protected-mode")).contains("no");
        }
    }

    @Test
    void noControlIsCalledEnforcedThatNobodyProbes() {
        var outcome = awaitReady();

        assertThat(outcome.findings()).hasSameSizeAs(Control.values()).allSatisfy(finding -> assertThat(finding.state())
                .isEqualTo(ControlState.UNKNOWN));
    }

    /** A pass would make new passwords in their place, with which the server lets nobody in. */
    @Test
    void theConnectionOutlivesTheSecretThatItWasMadeWith() {
        var without = RedisFixture.world(Map.of(), Map.of(), Map.of());
        var robbed = new RedisWorld(
                without.credentials(),
                without.authority(),
                without.certificate(),
                List.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(pod()));

        assertThat(look(robbed).verdict().reason()).isEqualTo(Reason.Paused);
        assertThat(look(robbed).verdict().message()).contains("r-redis-credentials", "is not there");

        awaitReady();
        assertThat(look(robbed).verdict().ready()).isTrue();
    }

    @Test
    void whatIsMissingIsNamedAndNotMade() {
        var verdict = look(RedisFixture.newWorld()).verdict();

        assertThat(verdict)
                .isEqualTo(Verdict.notReady(
                        Reason.Paused,
                        "There is no StatefulSet r-redis, and nothing is made while the Redis is paused."));
        assertThat(api.requests()).isEmpty();
    }

    @Test
    void theStatusSaysHowToGoOn() {
        var status = RedisStatuses.of(redis, RedisFixture.names(redis), awaitReady(), FakeApi.NOW);

        assertThat(status.conditions())
                .extracting(Condition::getType, Condition::getStatus, Condition::getReason)
                .startsWith(
                        tuple("Ready", "True", "Available"),
                        tuple("Reconciling", "False", "Paused"),
                        tuple("Stalled", "False", "Available"),
                        tuple("Hardened", "Unknown", "NotProbed"));
        assertThat(status.conditions().get(1).getMessage())
                .endsWith("kubectl -n shop annotate redis r redoubt.dev/paused-");
    }

    private RedisOutcome awaitReady() {
        return await().atMost(PATIENCE).until(() -> look(world(Optional.of(pod()))), outcome -> outcome.verdict()
                .ready());
    }

    private RedisOutcome look(RedisWorld world) {
        return paused.look(redis, server.model().names(), world);
    }

    private RedisWorld world(Optional<Pod> pod) {
        var model = server.model();
        return new RedisWorld(
                model.passwords().stored().data(),
                model.identity().authoritySecret(),
                model.identity().serverSecret(),
                List.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                pod);
    }

    private Pod pod() {
        return new PodBuilder()
                .withNewMetadata()
                .withName("r-redis-0")
                .withNamespace("shop")
                .endMetadata()
                .withNewStatus()
                .withPhase("Running")
                .withPodIP(server.address())
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
    }
}
