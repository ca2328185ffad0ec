package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.events.EventRecorder;
import dev.redoubt.operator.memory.MemoryWatch;
import dev.redoubt.operator.memory.WriteState;
import dev.redoubt.operator.owned.LastNoted;
import dev.redoubt.operator.startup.StartLogs;
import dev.redoubt.operator.startup.StartLogs.Known;
import dev.redoubt.operator.startup.TailRepair;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Verdict;
import java.util.Optional;

/** Brings together what is known of a volume: by its claim, by the server that writes to it, and by the log of that one's start. */
final class StorageReport {
    private static final int MOST_REPAIRS = 10_000;

    private final MemoryWatch watch;
    private final StartLogs logs;
    private final EventRecorder events;
    /** Repairs that were told: between two looks at the same one the server may have been silent, and the status have said other things. */
    private final LastNoted told = new LastNoted(MOST_REPAIRS);

    StorageReport(MemoryWatch watch, StartLogs logs, EventRecorder events) {
        this.watch = watch;
        this.logs = logs;
        this.events = events;
    }

    /**
     * Adds it to what a pass found. Until the server and its log were asked, what was said last holds.
     *
     * @param growth of the volume, if it is under way or refused
     */
    RedisOutcome add(Redis redis, RedisNames names, RedisWorld world, RedisOutcome found, Optional<Verdict> growth) {
        var silent =
                Optional.of(WriteState.UNKNOWN).filter(_ -> !found.verdict().ready());
        var writes = watch.writes(names.server(0)).or(() -> silent);
        var start = world.pod()
                .map(pod -> logs.look(names.server(0), pod, RedisStatefulSet.CONTAINER))
                .orElseGet(Known.NotYet::new);
        if (writes.isEmpty() || (start instanceof Known.NotYet && writes.get() != WriteState.UNKNOWN)) {
            return found;
        }
        var repair = start instanceof Known.Read(var made) ? made : Optional.<TailRepair>empty();
        repair.ifPresent(made -> announce(redis, made));
        return found.withConcern(
                RedisStorage.of(redis, names, world.claim(), found.verdict(), growth, writes.get(), repair));
    }

    /** An Event for each start at which the append-only file was repaired. */
    private void announce(Redis redis, TailRepair repair) {
        var words = RedisStorage.told(repair);
        var said = Conditions.find(RedisStatuses.previousConditions(redis), Conditions.STORAGE_READY)
                .filter(condition -> condition.getMessage().startsWith(words));
        if (told.isNew(redis.getMetadata().getUid(), words) && said.isEmpty()) {
            events.record(redis, EventReason.AppendOnlyFileRepaired, words);
        }
    }
}
