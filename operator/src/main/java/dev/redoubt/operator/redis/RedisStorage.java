package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.memory.WriteState;
import dev.redoubt.operator.startup.TailRepair;
import dev.redoubt.operator.status.Concern;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The condition that tells whether a Redis has a volume, and gets onto it what it has to write. How full the volume is nobody can say who
 * is not on its node: that it is full shows when a write fails.
 */
final class RedisStorage {
    private static final Set<Reason> OF_STORAGE = EnumSet.of(
            Reason.StorageFull,
            Reason.StorageUnusable,
            Reason.AppendOnlyFileCorrupt,
            Reason.SnapshotCorrupt,
            Reason.DataFromNewerVersion);

    private RedisStorage() {}

    /**
     * What is to be said.
     *
     * @param verdict on the server: it may not start because of its volume
     * @param growth of the volume, if it is under way or refused
     * @param writes as the server tells; unknown if it does not answer
     * @param repair that the server made when it started
     */
    static Concern of(
            Redis redis,
            RedisNames names,
            Optional<PersistentVolumeClaim> claim,
            Verdict verdict,
            Optional<Verdict> growth,
            WriteState writes,
            Optional<TailRepair> repair) {
        return claim.map(found -> claimProblem(names, found)
                        .or(() -> startProblem(verdict))
                        .or(() -> writeProblem(redis, names, found, writes))
                        .or(() -> growth.map(RedisStorage::told))
                        .or(() -> growing(names, found))
                        .orElseGet(() -> inUse(redis, names, found, writes, repair)))
                .orElseGet(() -> Concern.bad(
                        Conditions.STORAGE_READY,
                        Reason.VolumePending,
                        "Claim %s is not made yet.".formatted(names.claim(0))));
    }

    private static Optional<Concern> claimProblem(RedisNames names, PersistentVolumeClaim claim) {
        var phase = claim.getStatus() == null
                ? ""
                : Objects.requireNonNullElse(claim.getStatus().getPhase(), "");
        return switch (phase) {
            case "Bound" -> Optional.empty();
            case "Lost" ->
                bad(
                        Reason.VolumeLost,
                        ("The volume of claim %s is gone, and with it the data. Restore it, or delete the claim and the pod to"
                                        + " start empty: kubectl -n %s delete --wait=false pvc/%s pod/%s.")
                                .formatted(names.claim(0), names.namespace(), names.claim(0), names.pod(0)));
            default ->
                bad(
                        Reason.VolumePending,
                        "Claim %s has no volume yet. Why: kubectl -n %s describe pvc %s."
                                .formatted(names.claim(0), names.namespace(), names.claim(0)));
        };
    }

    private static Optional<Concern> startProblem(Verdict verdict) {
        return OF_STORAGE.contains(verdict.reason()) ? bad(verdict.reason(), verdict.message()) : Optional.empty();
    }

    private static Optional<Concern> writeProblem(
            Redis redis, RedisNames names, PersistentVolumeClaim claim, WriteState writes) {
        var most = " Most often the volume is full: make it larger, without a restart: " + enlarge(names, claim)
                + ". The server's log says what it is: kubectl -n %s logs %s."
                        .formatted(names.namespace(), names.pod(0));
        return switch (writes) {
            case APPEND_FAILS ->
                bad(
                        Reason.WritesFail,
                        "The last write to the append-only file failed: writes are refused (MISCONF), reads are answered."
                                + most);
            case SNAPSHOT_FAILS ->
                bad(
                        Reason.SnapshotFails,
                        (redis.getSpec().persistence().snapshots().isEmpty()
                                        ? "The last snapshot failed."
                                        : "The last snapshot failed: writes are refused (MISCONF) until one succeeds.")
                                + most);
            case REWRITE_FAILS ->
                bad(
                        Reason.RewriteFails,
                        "The append-only file could not be rewritten, and grows until the volume is full; the server serves."
                                + most);
            case SUCCEED, UNKNOWN -> Optional.empty();
        };
    }

    private static Concern inUse(
            Redis redis,
            RedisNames names,
            PersistentVolumeClaim claim,
            WriteState writes,
            Optional<TailRepair> repair) {
        var bound = "Claim %s has a volume of %s.".formatted(names.claim(0), capacity(claim));
        if (writes == WriteState.UNKNOWN) {
            return Concern.unknown(
                    Conditions.STORAGE_READY,
                    bound + " The server does not answer, so it is not known whether its writes get there.");
        }
        if (repair.isPresent()) {
            return Concern.fine(
                    Conditions.STORAGE_READY, Reason.AppendOnlyFileRepaired, told(repair.get()) + " " + bound);
        }
        var persistence = redis.getSpec().persistence();
        return Concern.fine(
                Conditions.STORAGE_READY,
                Reason.VolumeBound,
                bound
                        + (persistence.appendOnly() || !persistence.snapshots().isEmpty()
                                ? " What the server wrote last is on it."
                                : " The specification asks for nothing to be written."));
    }

    private static Optional<Concern> growing(RedisNames names, PersistentVolumeClaim claim) {
        var wanted = RedisResolver.size(claim);
        var capacity = capacity(claim);
        if (capacity.getNumericalAmount().compareTo(wanted.getNumericalAmount()) >= 0) {
            return Optional.empty();
        }
        var needsRestart = claim.getStatus().getConditions().stream()
                .anyMatch(
                        found -> "FileSystemResizePending".equals(found.getType()) && "True".equals(found.getStatus()));
        return Optional.of(Concern.fine(
                Conditions.STORAGE_READY,
                Reason.StorageGrowing,
                "The volume of claim %s grows from %s to %s; the server keeps running meanwhile.%s"
                        .formatted(
                                names.claim(0),
                                capacity,
                                wanted,
                                needsRestart
                                        ? " Its file system grows when the pod starts anew: kubectl -n %s delete pod %s."
                                                .formatted(names.namespace(), names.pod(0))
                                        : "")));
    }

    /** What a repair means, for a person. */
    static String told(TailRepair repair) {
        return ("When the server started, at %s, the last write in %s was incomplete, as after a crash or a loss of power; it was cut"
                        + " off at byte %d. Everything before it is there.")
                .formatted(repair.started(), repair.file(), repair.offset());
    }

    private static Concern told(Verdict growth) {
        return growth.reason().isStalled()
                ? Concern.bad(Conditions.STORAGE_READY, growth.reason(), growth.message())
                : Concern.fine(Conditions.STORAGE_READY, growth.reason(), growth.message());
    }

    private static Optional<Concern> bad(Reason reason, String message) {
        return Optional.of(Concern.bad(Conditions.STORAGE_READY, reason, message));
    }

    /** What the volume has, which is less than what was asked for while it grows. */
    private static Quantity capacity(PersistentVolumeClaim claim) {
        var capacity = claim.getStatus().getCapacity();
        return capacity != null && capacity.get("storage") != null
                ? capacity.get("storage")
                : RedisResolver.size(claim);
    }

    private static String enlarge(RedisNames names, PersistentVolumeClaim claim) {
        var gibibytes =
                Math.ceilDiv(2 * RedisResolver.size(claim).getNumericalAmount().longValue(), 1L << 30);
        return "kubectl -n %s patch redis %s --type merge -p '{\"spec\":{\"persistence\":{\"storage\":{\"size\":\"%dGi\"}}}}'"
                .formatted(names.namespace(), names.redis(), gibibytes);
    }
}
