package dev.redoubt.operator.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.redis.RedisFixture;
import dev.redoubt.operator.status.Concern;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class EventRecorderTest {
    private static final Redis REDIS = RedisFixture.redis("r", "{}");
    private static final Verdict READY = Verdict.ready("Answers.");
    private static final Verdict SILENT = Verdict.notReady(Reason.ServerUnreachable, "No answer.");
    private static final Verdict PENDING = Verdict.notReady(Reason.PodPending, "No node.");

    private FakeApi api;
    private EventRecorder events;

    @BeforeEach
    void start() {
        api = new FakeApi();
        events = api.cluster().events();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void anEventSaysWhatWhenAboutWhomAndByWhom() {
        events.record(REDIS, EventReason.PodRestarting, "Restarting pod r-redis-0.");

        assertThat(api.eventBodies())
                .singleElement()
                .asString()
                .contains(
                        "\"apiVersion\":\"events.k8s.io/v1\"",
                        "\"eventTime\":\"2026-01-01T00:00:00.000000Z\"",
                        "\"type\":\"Normal\"",
                        "\"reason\":\"PodRestarting\"",
                        "\"note\":\"Restarting pod r-redis-0.\"",
                        "\"reportingController\":\"redoubt.dev/operator\"",
                        "\"reportingInstance\":\"operator-0\"",
                        "\"kind\":\"Redis\"",
                        "\"uid\":\"1e3c1a4e-0000-4000-8000-000000000001\"");
    }

    @Test
    void aNoteIsNoLongerThanTheApiTakes() {
        events.record(REDIS, EventReason.NotReady, "x".repeat(5000));

        assertThat(api.events()).singleElement().asString().hasSize("NotReady: ".length() + 1024);
    }

    @Test
    void readinessThatTurnsIsAnEvent() {
        events.recordTurn(REDIS, Optional.empty(), READY);
        events.recordTurn(REDIS, before(PENDING), READY);
        events.recordTurn(REDIS, before(SILENT), READY);
        events.recordTurn(REDIS, before(READY), SILENT);
        events.recordTurn(REDIS, before(READY), PENDING);

        assertThat(api.events())
                .containsExactly(
                        "Ready: Answers.",
                        "Ready: Answers.",
                        "ServerReachable: Answers.",
                        "ServerUnreachable: No answer.",
                        "NotReady: No node.");
    }

    @Test
    void whatStaysAsItIsIsNone() {
        events.recordTurn(REDIS, before(READY), READY);
        events.recordTurn(REDIS, before(PENDING), PENDING);
        events.recordTurn(REDIS, before(PENDING), SILENT);
        events.recordTurn(REDIS, Optional.empty(), PENDING);

        assertThat(api.events()).isEmpty();
    }

    @Test
    void whatSomebodyHasToMendIsAnEventOnce() {
        var invalid = Verdict.notReady(Reason.InvalidSpec, "Too small.");
        var conflict = Verdict.notReady(Reason.NameConflict, "Taken.");

        events.recordTurn(REDIS, Optional.empty(), invalid);
        events.recordTurn(REDIS, before(invalid), invalid);
        events.recordTurn(REDIS, before(invalid), conflict);

        assertThat(api.events()).containsExactly("InvalidSpec: Too small.", "NameConflict: Taken.");
    }

    /** A reader of Events must find the word that the condition has. */
    @ParameterizedTest
    @MethodSource("stalledReasons")
    void whatSomebodyHasToMendIsToldUnderItsOwnName(Reason reason) {
        events.recordTurn(REDIS, before(READY), Verdict.notReady(reason, "Mend it."));
        events.recordTurn(REDIS, before(PENDING), Verdict.readyBut(reason, "Mend it."));

        assertThat(api.events()).containsExactly(reason + ": Mend it.", reason + ": Mend it.");
    }

    /** It serves, and something that was asked for cannot be done: that is told once, not at each pass. */
    @Test
    void aRemarkOnWhatServesIsAnEventOnce() {
        var remark = Verdict.readyBut(Reason.StorageNotExpandable, "Too large.");

        events.recordTurn(REDIS, before(READY), remark);
        events.recordTurn(REDIS, before(remark), remark);
        events.recordTurn(REDIS, before(remark), READY);

        assertThat(api.events()).containsExactly("StorageNotExpandable: Too large.");
    }

    @Test
    void aPauseIsToldWhenItBeginsAndWhenItEnds() {
        var paused = RedisFixture.redis("r", "{}");
        paused.getMetadata().setAnnotations(Map.of("redoubt.dev/paused", "true"));
        var running = Conditions.of(REDIS, READY, List.of(), 1, FakeApi.NOW);
        var held = Conditions.of(paused, READY, List.of(), 1, FakeApi.NOW);

        events.recordPause(REDIS, List.of());
        events.recordPause(REDIS, running);
        events.recordPause(paused, running);
        events.recordPause(paused, held);
        events.recordPause(REDIS, held);

        assertThat(api.events())
                .containsExactly(
                        "Paused: Annotation redoubt.dev/paused is true: the operator looks and changes nothing. To go on:"
                                + " kubectl -n shop annotate redis r redoubt.dev/paused-",
                        "Resumed: The pause has ended: what changed meanwhile is done now.");
    }

    @Test
    void aConfigurationThatAReplicaRefusesIsToldOnceAndThatAllHaveItToo() {
        var inForce = configuration(Concern.fine(Conditions.CONFIG_APPLIED, Reason.ConfigurationInForce, "All."));
        var pending = configuration(Concern.bad(Conditions.CONFIG_APPLIED, Reason.ConfigurationPending, "Soon."));
        var refused = configuration(Concern.bad(Conditions.CONFIG_APPLIED, Reason.ConfigurationRefused, "Why."));
        var unknown = configuration(Concern.unknown(Conditions.CONFIG_APPLIED, "Who knows."));

        events.recordConfiguration(REDIS, List.of(), inForce);
        events.recordConfiguration(REDIS, unknown, inForce);
        events.recordConfiguration(REDIS, inForce, refused);
        events.recordConfiguration(REDIS, refused, refused);
        events.recordConfiguration(REDIS, refused, pending);
        events.recordConfiguration(REDIS, pending, inForce);
        events.recordConfiguration(REDIS, inForce, unknown);

        assertThat(api.events()).containsExactly("ConfigurationRefused: Why.", "ConfigurationApplied: All.");
    }

    private static List<Condition> configuration(Concern concern) {
        return List.of(Conditions.of(concern, List.of(), 1, FakeApi.NOW));
    }

    @Test
    void anApiThatTakesNoEventStopsNobody() {
        var nowhere = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:1")
                .withRequestRetryBackoffLimit(0)
                .build();
        try (var client = new KubernetesClientBuilder().withConfig(nowhere).build()) {
            new EventRecorder(client, Clock.systemUTC(), "operator-0").record(REDIS, EventReason.Ready, "Answers.");
        }
    }

    @ParameterizedTest
    @EnumSource(EventReason.class)
    void aReasonIsAWordThatTheApiTakes(EventReason reason) {
        assertThat(reason.name()).matches("[A-Z][A-Za-z]{1,127}");
        assertThat(reason.type()).isIn("Normal", "Warning");
    }

    private static Stream<Reason> stalledReasons() {
        return Arrays.stream(Reason.values()).filter(Reason::isStalled);
    }

    private static Optional<Condition> before(Verdict verdict) {
        return Conditions.find(Conditions.of(verdict, List.of(), 1, FakeApi.NOW), Conditions.READY);
    }
}
