package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.operator.memory.WriteState;
import dev.redoubt.operator.startup.TailRepair;
import dev.redoubt.operator.status.Concern;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of the volume of a Redis. */
class RedisStorageTest {
    private static final Verdict READY = Verdict.ready("Answers.");
    private static final Optional<PersistentVolumeClaim> BOUND = claim("{phase: Bound, capacity: {storage: 1Gi}}");
    private static final TailRepair REPAIR = new TailRepair("appendonly.aof.1.incr.aof", 203, "2026-01-01T00:00:00Z");

    @Test
    void aVolumeThatIsBoundAndWrittenToIsReady() {
        assertThat(of(BOUND, READY, WriteState.SUCCEED))
                .isEqualTo(Concern.fine(
                        "StorageReady",
                        Reason.VolumeBound,
                        "Claim data-r-redis-0 has a volume of 1Gi. What the server wrote last is on it."));
    }

    @Test
    void whereNothingIsWrittenNothingIsSaidOfWrites() {
        var concern = of(
                "{persistence: {appendOnly: false}}",
                BOUND,
                READY,
                Optional.empty(),
                WriteState.SUCCEED,
                Optional.empty());

        assertThat(concern.message()).endsWith("The specification asks for nothing to be written.");
    }

    @ParameterizedTest
    @CsvSource({"APPEND_FAILS, WritesFail", "SNAPSHOT_FAILS, SnapshotFails", "REWRITE_FAILS, RewriteFails"})
    void whatCannotBeWrittenComesWithTheCommandThatMakesTheVolumeLarger(WriteState writes, Reason reason) {
        var concern = of(BOUND, READY, writes);

        assertThat(concern.status()).isEqualTo("False");
        assertThat(concern.reason()).isEqualTo(reason);
        assertThat(concern.message())
                .contains(
                        "kubectl -n shop patch redis r --type merge -p"
                                + " '{\"spec\":{\"persistence\":{\"storage\":{\"size\":\"2Gi\"}}}}'",
                        "kubectl -n shop logs r-redis-0");
    }

    @Test
    void whatTheServerCutOffWhenItStartedIsSaidUntilItsNextStart() {
        var concern = of("{}", BOUND, READY, Optional.empty(), WriteState.SUCCEED, Optional.of(REPAIR));

        assertThat(concern.status()).isEqualTo("True");
        assertThat(concern.reason()).isEqualTo(Reason.AppendOnlyFileRepaired);
        assertThat(concern.message())
                .contains("2026-01-01T00:00:00Z", "appendonly.aof.1.incr.aof", "cut off at byte 203", "1Gi");
    }

    @Test
    void ofAServerThatDoesNotAnswerItIsNotKnown() {
        var concern = of(BOUND, Verdict.notReady(Reason.ServerUnreachable, "No answer."), WriteState.UNKNOWN);

        assertThat(concern.status()).isEqualTo("Unknown");
        assertThat(concern.reason()).isEqualTo(Reason.NotProbed);
    }

    @ParameterizedTest
    @CsvSource({"StorageFull", "StorageUnusable", "AppendOnlyFileCorrupt", "SnapshotCorrupt", "DataFromNewerVersion"})
    void aServerThatDoesNotStartBecauseOfItsVolumeIsAMatterOfTheVolume(Reason reason) {
        assertThat(of(BOUND, Verdict.notReady(reason, "Why."), WriteState.UNKNOWN))
                .isEqualTo(Concern.bad("StorageReady", reason, "Why."));
    }

    @Test
    void aClaimWithoutAVolumeIsNotReady() {
        assertThat(of(Optional.empty(), READY, WriteState.UNKNOWN).reason()).isEqualTo(Reason.VolumePending);
        assertThat(of(claim("{phase: Pending}"), READY, WriteState.UNKNOWN).message())
                .contains("kubectl -n shop describe pvc data-r-redis-0");
        assertThat(of(claim("{phase: Lost}"), READY, WriteState.SUCCEED).reason())
                .isEqualTo(Reason.VolumeLost);
        assertThat(of(claim("null"), READY, WriteState.UNKNOWN).reason()).isEqualTo(Reason.VolumePending);
    }

    @Test
    void aVolumeThatGrowsIsReadyMeanwhile() {
        var growing = of(claim("{phase: Bound, capacity: {storage: 512Mi}}"), READY, WriteState.SUCCEED);

        assertThat(growing.status()).isEqualTo("True");
        assertThat(growing.reason()).isEqualTo(Reason.StorageGrowing);
        assertThat(growing.message()).contains("from 512Mi to 1Gi").doesNotContain("delete pod");
        assertThat(of(
                                claim("{phase: Bound, capacity: {storage: 512Mi},"
                                        + " conditions: [{type: FileSystemResizePending, status: 'True'}]}"),
                                READY,
                                WriteState.SUCCEED)
                        .message())
                .contains("kubectl -n shop delete pod r-redis-0");
    }

    @Test
    void aVolumeThatCannotGrowIsNotWhatWasAskedFor() {
        var refused = Optional.of(Verdict.readyBut(Reason.StorageNotExpandable, "No."));

        assertThat(of("{}", BOUND, READY, refused, WriteState.SUCCEED, Optional.empty()))
                .isEqualTo(Concern.bad("StorageReady", Reason.StorageNotExpandable, "No."));
    }

    private static Concern of(Optional<PersistentVolumeClaim> claim, Verdict verdict, WriteState writes) {
        return of("{}", claim, verdict, Optional.empty(), writes, Optional.empty());
    }

    private static Concern of(
            String spec,
            Optional<PersistentVolumeClaim> claim,
            Verdict verdict,
            Optional<Verdict> growth,
            WriteState writes,
            Optional<TailRepair> repair) {
        var redis = RedisFixture.redis("r", spec);
        return RedisStorage.of(redis, RedisFixture.names(redis), claim, verdict, growth, writes, repair);
    }

    private static Optional<PersistentVolumeClaim> claim(String status) {
        return Optional.of(Serialization.unmarshal("""
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: data-r-redis-0, namespace: shop}
                spec: {resources: {requests: {storage: 1Gi}}}
                status: %s
                """.formatted(status), PersistentVolumeClaim.class));
    }
}
