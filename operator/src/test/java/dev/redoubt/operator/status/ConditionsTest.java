package dev.redoubt.operator.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConditionsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00.123456Z");

    @Test
    void readyIsReadyAndNothingElse() {
        var conditions = of(Verdict.ready("Answers."), List.of(), 3);

        assertThat(conditions)
                .extracting(Condition::getType, Condition::getStatus, Condition::getReason, Condition::getMessage)
                .containsExactly(
                        tuple("Ready", "True", "Available", "Answers."),
                        tuple("Reconciling", "False", "Available", ""),
                        tuple("Stalled", "False", "Available", ""));
        assertThat(conditions).allSatisfy(condition -> {
            assertThat(condition.getObservedGeneration()).isEqualTo(3);
            assertThat(condition.getLastTransitionTime()).isEqualTo("2026-01-01T12:00:00Z");
        });
    }

    /** As kstatus reads them: progress, or somebody has to act, or neither; never both. */
    @ParameterizedTest
    @CsvSource({
        "PodPending, False, True, False",
        "ServerUnreachable, False, True, False",
        "InvalidSpec, False, False, True",
        "NameConflict, False, False, True"
    })
    void whatIsNotReadySaysWhetherItWillBe(Reason reason, String ready, String reconciling, String stalled) {
        var conditions = of(Verdict.notReady(reason, "Because."), List.of(), 1);

        assertThat(conditions).extracting(Condition::getStatus).containsExactly(ready, reconciling, stalled);
        assertThat(Conditions.find(conditions, "Ready")).hasValueSatisfying(condition -> {
            assertThat(condition.getReason()).isEqualTo(reason.name());
            assertThat(condition.getMessage()).isEqualTo("Because.");
        });
    }

    @Test
    void readyWithARemarkIsReadyAndSaysIt() {
        var conditions = of(Verdict.readyBut(Reason.StorageNotExpandable, "Too large."), List.of(), 1);

        assertThat(conditions).extracting(Condition::getStatus).containsExactly("True", "False", "True");
        assertThat(conditions)
                .extracting(Condition::getReason)
                .containsExactly("StorageNotExpandable", "Available", "StorageNotExpandable");
    }

    /** kstatus: as measured, nothing under way, nobody has to act. */
    @Test
    void aPauseHidesNothingOfWhatIsMeasured() {
        var conditions =
                Conditions.ofPaused(Verdict.notReady(Reason.ServerUnreachable, "No."), "Go on.", List.of(), 1, NOW);

        assertThat(conditions)
                .extracting(Condition::getType, Condition::getStatus, Condition::getReason, Condition::getMessage)
                .containsExactly(
                        tuple("Ready", "False", "ServerUnreachable", "No."),
                        tuple("Reconciling", "False", "Paused", "Go on."),
                        tuple("Stalled", "False", "Available", ""));
    }

    @Test
    void whatSomebodyHasToMendIsNotAskedForDuringAPause() {
        var conditions = Conditions.ofPaused(Verdict.notReady(Reason.InvalidSpec, "No."), "Go on.", List.of(), 1, NOW);

        assertThat(conditions).extracting(Condition::getStatus).containsExactly("False", "False", "False");
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void noReasonIsProgressAndStalledAtOnce(Reason reason) {
        assertThat(reason.isProgress() && reason.isStalled()).isFalse();
        // What the API server accepts of a reason.
        assertThat(reason.name()).matches("[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?");
    }

    @Test
    void theTimeOfATransitionIsKeptUntilTheNext() {
        var first = of(Verdict.ready("Answers."), List.of(), 1);

        var same = Conditions.of(Verdict.ready("Still answers."), first, 2, NOW.plus(Duration.ofHours(1)));
        var other = Conditions.of(
                Verdict.notReady(Reason.ServerUnreachable, "No."), same, 2, NOW.plus(Duration.ofHours(2)));

        assertThat(same).extracting(Condition::getLastTransitionTime).containsOnly("2026-01-01T12:00:00Z");
        assertThat(same).extracting(Condition::getObservedGeneration).containsOnly(2L);
        assertThat(other)
                .extracting(Condition::getLastTransitionTime)
                .containsExactly("2026-01-01T14:00:00Z", "2026-01-01T14:00:00Z", "2026-01-01T12:00:00Z");
    }

    /** Another reason with the same status is no transition. */
    @Test
    void anotherReasonKeepsTheTime() {
        var first = of(Verdict.notReady(Reason.PodPending, "a"), List.of(), 1);

        var second = Conditions.of(Verdict.notReady(Reason.CrashLooping, "b"), first, 1, NOW.plus(Duration.ofHours(1)));

        assertThat(second).extracting(Condition::getLastTransitionTime).containsOnly("2026-01-01T12:00:00Z");
    }

    @Test
    void theSameFindingGivesEqualConditions() {
        var first = of(Verdict.ready("Answers."), List.of(), 1);

        assertThat(Conditions.of(Verdict.ready("Answers."), first, 1, NOW.plus(Duration.ofDays(1))))
                .isEqualTo(first);
    }

    @Test
    void aMessageIsNoLongerThanTheApiTakes() {
        var conditions = of(Verdict.notReady(Reason.ApiError, "x".repeat(40_000)), List.of(), 1);

        assertThat(conditions.getFirst().getMessage()).hasSize(32_768);
    }

    @Test
    void conditionsOfOthersAreNotAsked() {
        assertThat(Conditions.isTrue(List.of(), "Ready")).isFalse();
        assertThat(Conditions.isTrue(of(Verdict.ready(""), List.of(), 1), "Ready"))
                .isTrue();
    }

    private static List<Condition> of(Verdict verdict, List<Condition> previous, long generation) {
        return Conditions.of(verdict, previous, generation, NOW);
    }
}
