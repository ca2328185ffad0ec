package dev.redoubt.operator.pods;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodDiagnosisTest {

    @Test
    void aReadyPodHasNoProblem() {
        var pod = pod("{phase: Running, conditions: [{type: Ready, status: 'True'}]}");

        assertThat(PodDiagnosis.isReady(pod)).isTrue();
        assertThat(PodDiagnosis.problem(pod)).isEmpty();
    }

    @Test
    void aReadyPodThatIsBeingDeletedIsNotReady() {
        var pod = pod("{phase: Running, conditions: [{type: Ready, status: 'True'}]}");
        pod.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");

        assertThat(PodDiagnosis.isReady(pod)).isFalse();
        assertThat(problem(pod)).isEqualTo(Verdict.notReady(Reason.Restarting, "Pod r-redis-0 is being replaced."));
    }

    @Test
    void theSchedulersOwnWordsArePassedOn() {
        var pod = pod("""
                {phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable,
                  message: '0/3 nodes are available: 3 Insufficient memory.'}]}
                """);

        assertThat(problem(pod))
                .isEqualTo(Verdict.notReady(
                        Reason.PodPending,
                        "No node takes pod r-redis-0: 0/3 nodes are available: 3 Insufficient memory."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"})
    void anImageThatCannotBeHadIsNamed(String reason) {
        var pod = pod("""
                {phase: Pending, conditions: [{type: PodScheduled, status: 'True'}],
                 containerStatuses: [{name: redis, image: 'reg/redis:9', ready: false,
                  state: {waiting: {reason: %s, message: 'manifest unknown'}}}]}
                """.formatted(reason));

        assertThat(problem(pod).reason()).isEqualTo(Reason.ImageUnavailable);
        assertThat(problem(pod).message()).contains("Image reg/redis:9 of pod r-redis-0", "Check its name");
    }

    @Test
    void aCrashLoopSaysTheExitCodeAndHowToReadTheLog() {
        assertThat(problem(crashed("exitCode: 1, reason: Error")))
                .isEqualTo(Verdict.notReady(
                        Reason.CrashLooping,
                        "Container redis of pod r-redis-0 ended with exit code 1 (Error). See: kubectl -n shop"
                                + " logs r-redis-0 --previous"));
    }

    @Test
    void whoNeededMoreMemoryThanItsLimitIsToldSo() {
        assertThat(problem(crashed("exitCode: 137, reason: OOMKilled")))
                .satisfies(verdict -> assertThat(verdict.reason()).isEqualTo(Reason.OOMKilled))
                .satisfies(verdict -> assertThat(verdict.message()).contains("exit code 137", "its limit"));
    }

    @Test
    void anImageWithoutTheProgramIsNamed() {
        var pod = crashed("exitCode: 128, reason: StartError, message: 'exec: \"redis-server\": not found in $PATH'");

        assertThat(problem(pod).reason()).isEqualTo(Reason.ImageUnusable);
        assertThat(problem(pod).message())
                .contains("Image reg/redis:9 of pod r-redis-0", "\"redis-server\": not found");
    }

    @Test
    void howAContainerEndedIsKnownUntilItIsReady() {
        var pod = crashed("exitCode: 1, reason: Error, message: 'last words'");

        assertThat(PodDiagnosis.lastEnd(pod, "redis"))
                .hasValueSatisfying(end -> assertThat(end.getMessage()).isEqualTo("last words"));
        assertThat(PodDiagnosis.lastEnd(pod, "other")).isEmpty();
        pod.getStatus().getContainerStatuses().getFirst().setReady(true);
        assertThat(PodDiagnosis.lastEnd(pod, "redis")).isEmpty();
    }

    private static Pod crashed(String end) {
        return pod("""
                {phase: Running, conditions: [{type: Ready, status: 'False'}],
                 containerStatuses: [{name: redis, image: 'reg/redis:9', ready: false, restartCount: 4,
                  state: {waiting: {reason: CrashLoopBackOff, message: 'back-off 40s'}},
                  lastState: {terminated: {%s}}}]}
                """.formatted(end));
    }

    @Test
    void aContainerThatEndedJustNowIsSeenBeforeItsBackOff() {
        var pod = pod("""
                {phase: Running, containerStatuses: [{name: redis, ready: false,
                  state: {terminated: {exitCode: 1, reason: Error}}}]}
                """);

        assertThat(problem(pod).reason()).isEqualTo(Reason.CrashLooping);
        assertThat(problem(pod).message()).contains("exit code 1 (Error)");
    }

    @Test
    void aMissingSecretOrVolumeIsPassedOn() {
        var pod = pod("""
                {phase: Pending, containerStatuses: [{name: redis, ready: false,
                  state: {waiting: {reason: CreateContainerConfigError, message: 'secret "x" not found'}}}]}
                """);

        assertThat(problem(pod))
                .isEqualTo(Verdict.notReady(
                        Reason.PodPending,
                        "Container redis of pod r-redis-0 waits: CreateContainerConfigError (secret \"x\" not found)"));
    }

    @Test
    void aPodThatIsBeingMadeIsPending() {
        var creating = pod("""
                {phase: Pending, containerStatuses: [{name: redis, ready: false,
                  state: {waiting: {reason: ContainerCreating}}}]}
                """);

        assertThat(problem(creating).reason()).isEqualTo(Reason.PodPending);
        assertThat(problem(pod("{phase: Pending}")).reason()).isEqualTo(Reason.PodPending);
        assertThat(problem(pod("null")).reason()).isEqualTo(Reason.PodPending);
    }

    @Test
    void aRunningPodWaitsForItsProbe() {
        var pod = pod("""
                {phase: Running, conditions: [{type: Ready, status: 'False'}],
                 containerStatuses: [{name: redis, ready: false, state: {running: {}}}]}
                """);

        assertThat(problem(pod).reason()).isEqualTo(Reason.PodNotReady);
    }

    private static Verdict problem(Pod pod) {
        return PodDiagnosis.problem(pod).orElseThrow();
    }

    private static Pod pod(String status) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: r-redis-0, namespace: shop}
                status: %s
                """.formatted(status.replace("\n", "\n  ")), Pod.class);
    }
}
