package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.memory.MemoryState;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;

/**
 * The condition that tells how the memory of a Redis is. Its words are fixed, and its numbers those of the specification: the server's own
 * change by themselves, and a status that held them would be written for ever.
 */
final class RedisMemory {
    private static final long MEBIBYTE = 1L << 20;

    private RedisMemory() {}

    /** What the last status says. */
    static MemoryState said(Redis redis) {
        return Conditions.find(RedisStatuses.previousConditions(redis), Conditions.MEMORY_HEALTHY)
                .map(Condition::getReason)
                .map(RedisMemory::state)
                .orElse(MemoryState.UNKNOWN);
    }

    private static MemoryState state(String reason) {
        for (var state : MemoryState.values()) {
            if (reason(state).name().equals(reason)) {
                return state;
            }
        }
        return MemoryState.UNKNOWN;
    }

    static Condition condition(
            Redis redis, RedisNames names, MemoryState state, List<Condition> previous, long generation, Instant now) {
        var status =
                switch (state) {
                    case HEALTHY -> "True";
                    case UNKNOWN -> "Unknown";
                    case FULL, EVICTING, FRAGMENTED -> "False";
                };
        return Conditions.of(
                Conditions.MEMORY_HEALTHY,
                status,
                reason(state),
                message(redis, names, state),
                previous,
                generation,
                now);
    }

    private static Reason reason(MemoryState state) {
        return switch (state) {
            case HEALTHY -> Reason.MemorySufficient;
            case FULL -> Reason.MemoryFull;
            case EVICTING -> Reason.Evicting;
            case FRAGMENTED -> Reason.Fragmented;
            case UNKNOWN -> Reason.NotProbed;
        };
    }

    private static String message(Redis redis, RedisNames names, MemoryState state) {
        var spec = redis.getSpec();
        return switch (state) {
            case HEALTHY -> "The data fits into spec.maxMemory, " + spec.maxMemory() + ".";
            case FULL ->
                ("The data has reached spec.maxMemory, %s, or almost, and nothing can be evicted under policy %s: writes are"
                                + " refused (OOM), or soon will be. Raise it, which is live: %s. Or, if it is a cache, let it"
                                + " evict: %s.")
                        .formatted(
                                spec.maxMemory(),
                                spec.maxMemoryPolicy().value(),
                                raised(redis, names),
                                patch(names, "\"maxMemoryPolicy\":\"allkeys-lru\""));
            case EVICTING ->
                ("Keys are evicted faster than the operator's setting memory.evictionsPerSecond: what is in use does not fit"
                                + " into spec.maxMemory, %s. If too much is missed, raise it, which is live: %s.")
                        .formatted(spec.maxMemory(), raised(redis, names));
            case FRAGMENTED ->
                ("The server's process holds far more memory than its data needs: what was freed is scattered. A restart"
                                + " puts it together%s: kubectl -n %s delete pod %s.")
                        .formatted(
                                persists(redis)
                                        ? " as it was when its files were last written anew"
                                        : ", and loses the data, because nothing is persisted",
                                names.namespace(),
                                names.pod(0));
            case UNKNOWN -> "The server was not asked yet, or does not answer.";
        };
    }

    private static String raised(Redis redis, RedisNames names) {
        var bytes = redis.getSpec().maxMemory().getNumericalAmount().longValue();
        return patch(names, "\"maxMemory\":\"" + Math.ceilDiv(2 * bytes, MEBIBYTE) + "Mi\"");
    }

    private static String patch(RedisNames names, String field) {
        return "kubectl -n %s patch redis %s --type merge -p '{\"spec\":{%s}}'"
                .formatted(names.namespace(), names.redis(), field);
    }

    private static boolean persists(Redis redis) {
        var persistence = redis.getSpec().persistence();
        return persistence.appendOnly() || !persistence.snapshots().isEmpty();
    }
}
