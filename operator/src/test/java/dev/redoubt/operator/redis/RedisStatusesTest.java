package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.redoubt.api.v1alpha1.Binding;
import dev.redoubt.api.v1alpha1.Endpoint;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.api.v1alpha1.RedisStatus;
import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerHealth.Failure;
import dev.redoubt.operator.server.ServerHealth.Silent;
import dev.redoubt.operator.server.ServerHealth.Unknown;
import dev.redoubt.operator.status.Concern;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RedisStatusesTest {
    private static final RedisOutcome READY =
            RedisOutcome.of(Verdict.ready("Answers.")).withBinding().withVersion("8.0.2");

    @Test
    void saysHowToConnect() {
        var status = after(null, READY, Duration.ZERO);

        assertThat(status.binding()).isEqualTo(new Binding("r-binding"));
        assertThat(status.endpoints()).containsExactly(new Endpoint("client", "r-redis.shop.svc", 6379, true));
        assertThat(status.version()).isEqualTo("8.0.2");
        assertThat(status.observedGeneration()).isEqualTo(1);
    }

    /** An equal status is not written. */
    @Test
    void theSameFindingLaterIsTheSameStatus() {
        var first = after(null, READY, Duration.ZERO);

        assertThat(after(first, READY, Duration.ofHours(3))).isEqualTo(first);
    }

    @Test
    void anotherGenerationIsAnotherStatusWithTheOldTransitionTimes() {
        var first = after(null, READY, Duration.ZERO);
        var redis = redis(first);
        redis.getMetadata().setGeneration(2L);

        var looked = READY.withConcern(Concern.unknown("ConfigApplied", "It was not looked at yet."))
                .withConcern(Concern.unknown("StorageReady", "It was not looked at yet."))
                .withConcern(Concern.unknown("CertificateValid", "It was not looked at yet."));
        var second =
                RedisStatuses.of(redis, RedisFixture.names(redis), looked, FakeApi.NOW.plus(Duration.ofMinutes(1)));

        assertThat(second.observedGeneration()).isEqualTo(2);
        assertThat(second.conditions()).allSatisfy(condition -> {
            assertThat(condition.getObservedGeneration()).isEqualTo(2);
            assertThat(condition.getLastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");
        });
    }

    @Test
    void aServerThatFallsSilentKeepsItsVersionAndItsBinding() {
        var silent = RedisOutcome.of(Verdict.notReady(Reason.ServerUnreachable, "No answer."));

        var status = after(after(null, READY, Duration.ZERO), silent, Duration.ofMinutes(1));

        assertThat(status.version()).isEqualTo("8.0.2");
        assertThat(status.binding()).isEqualTo(new Binding("r-binding"));
        assertThat(status.endpoints()).hasSize(1);
    }

    /** Who waits for a newer specification must not be told that it is done. */
    @Test
    void aPauseIsAboutTheSpecificationThatWasCarriedOutLast() {
        var redis = redis(after(null, READY, Duration.ZERO));
        redis.getMetadata().setGeneration(2L);
        redis.getMetadata().setAnnotations(Map.of("redoubt.dev/paused", "true"));

        var status = RedisStatuses.of(redis, RedisFixture.names(redis), READY, FakeApi.NOW);

        assertThat(status.observedGeneration()).isEqualTo(1);
        assertThat(status.conditions())
                .extracting(Condition::getObservedGeneration)
                .containsOnly(1L);
        redis.setStatus(null);
        var fresh = RedisStatuses.of(redis, RedisFixture.names(redis), READY, FakeApi.NOW);
        assertThat(fresh.observedGeneration()).isEqualTo(-1);
        assertThat(fresh.conditions())
                .extracting(Condition::getObservedGeneration)
                .containsOnly(0L);
    }

    /** Ready is measured, and an API that refuses something stops no server. */
    @Test
    void aFailedPassSaysNothingAgainstAServerThatAnswers() {
        var failed = RedisOutcome.failed(new IllegalStateException("no quota"), new Answering("8.0.3", "run"));

        var status = after(after(null, READY, Duration.ZERO), failed, Duration.ofMinutes(1));

        assertThat(status.conditions())
                .extracting(Condition::getType, Condition::getStatus, Condition::getReason)
                .containsExactly(
                        tuple("Ready", "True", "ApiError"),
                        tuple("Reconciling", "True", "ApiError"),
                        tuple("Stalled", "False", "Available"),
                        tuple("Hardened", "Unknown", "NotProbed"),
                        tuple("CredentialsCurrent", "Unknown", "NotProbed"),
                        tuple("MemoryHealthy", "Unknown", "NotProbed"),
                        tuple("ConfigApplied", "Unknown", "NotProbed"),
                        tuple("StorageReady", "Unknown", "NotProbed"),
                        tuple("CertificateValid", "Unknown", "NotProbed"));
        assertThat(status.conditions().getFirst().getMessage()).contains("is tried again", "no quota");
        assertThat(status.version()).isEqualTo("8.0.3");
        assertThat(status.binding()).isEqualTo(new Binding("r-binding"));
    }

    /** A pass that did not get so far says nothing against it. */
    @Test
    void aConcernOfWhichNothingNewIsKnownStaysAsItWas() {
        var pending = Concern.bad("ConfigApplied", Reason.ConfigurationPending, "Not yet.");
        var first = after(null, READY.withConcern(pending), Duration.ZERO);

        var failed = RedisOutcome.failed(new IllegalStateException("no quota"), new Answering("8.0.3", "run"));
        var second = after(first, failed, Duration.ofMinutes(1));

        assertThat(Conditions.find(second.conditions(), "ConfigApplied"))
                .isEqualTo(Conditions.find(first.conditions(), "ConfigApplied"))
                .hasValueSatisfying(
                        condition -> assertThat(condition.getMessage()).isEqualTo("Not yet."));
    }

    @Test
    void ofOneConcernTheLastFindingCounts() {
        var outcome = READY.withConcern(Concern.unknown("StorageReady", "?"))
                .withConcern(Concern.unknown("ConfigApplied", "?"))
                .withConcern(Concern.fine("StorageReady", Reason.VolumeBound, "There."));

        assertThat(outcome.concerns())
                .extracting(Concern::type, Concern::status)
                .containsExactly(tuple("ConfigApplied", "Unknown"), tuple("StorageReady", "True"));
    }

    @Test
    void aFailedPassOverAServerThatDoesNotAnswerIsNotReady() {
        var error = new IllegalStateException("no quota");

        assertThat(List.of(
                        RedisOutcome.failed(error, new Unknown()),
                        RedisOutcome.failed(error, new Silent(Failure.NO_ANSWER))))
                .allSatisfy(outcome -> {
                    assertThat(outcome.verdict().ready()).isFalse();
                    assertThat(outcome.verdict().reason()).isEqualTo(Reason.ApiError);
                });
    }

    @Test
    void aRefusedSpecificationThatNeverRanHasNoEndpoint() {
        var status = after(null, RedisOutcome.of(Verdict.notReady(Reason.InvalidSpec, "No.")), Duration.ZERO);

        assertThat(status.binding()).isNull();
        assertThat(status.endpoints()).isEmpty();
        assertThat(status.version()).isNull();
    }

    @Test
    void aRemarkDoesNotHideWhatIsWorse() {
        var remark = Optional.of(Verdict.readyBut(Reason.StorageGrowing, "Grows."));
        var silent = RedisOutcome.of(Verdict.notReady(Reason.ServerUnreachable, "No answer."));
        var pending = RedisOutcome.of(Verdict.readyBut(Reason.ConfigurationPending, "Not yet."));

        assertThat(READY.withRemark(remark).verdict().reason()).isEqualTo(Reason.StorageGrowing);
        assertThat(silent.withRemark(remark)).isEqualTo(silent);
        assertThat(pending.withRemark(remark)).isEqualTo(pending);
    }

    @Test
    void theSoonestNextPassWins() {
        var outcome = READY.withAgain(Duration.ofDays(60))
                .withAgain(Duration.ofSeconds(5))
                .withAgain(Duration.ofHours(1));

        assertThat(outcome.again()).hasValue(Duration.ofSeconds(5));
    }

    private static RedisStatus after(RedisStatus previous, RedisOutcome outcome, Duration later) {
        var redis = redis(previous);
        return RedisStatuses.of(redis, RedisFixture.names(redis), outcome, FakeApi.NOW.plus(later));
    }

    private static Redis redis(RedisStatus status) {
        var redis = RedisFixture.redis("r", "{}");
        redis.setStatus(status);
        return redis;
    }
}
