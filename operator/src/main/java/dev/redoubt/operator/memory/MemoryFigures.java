package dev.redoubt.operator.memory;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a server says of its memory, in bytes.
 *
 * @param data what counts against {@code limit}: buffers of the append-only file and of replicas do not
 * @param limit maxmemory; 0 = none
 * @param evictable whether the policy, as it is on the server, lets it evict any key that it has
 * @param used what the server has asked of its allocator
 * @param resident what the kernel has given to its process
 * @param evicted keys, since the process started
 */
record MemoryFigures(long data, long limit, boolean evictable, long used, long resident, long evicted) {
    private static final int PERCENT = 100;
    private static final String NO_EVICTION = "noeviction";
    private static final String VOLATILE = "volatile-";
    private static final Pattern DATABASE = Pattern.compile("db\\d+");
    private static final Pattern MORTALS = Pattern.compile("(?:^|,)expires=[1-9]");

    /** The figures among the lines of INFO memory, stats and keyspace; empty if one of them is missing or is no number. */
    static Optional<MemoryFigures> parse(Map<String, String> info) {
        try {
            var used = number(info, "used_memory");
            return Optional.of(new MemoryFigures(
                    used - number(info, "mem_not_counted_for_evict"),
                    number(info, "maxmemory"),
                    isEvictable(info.getOrDefault("maxmemory_policy", ""), info),
                    used,
                    number(info, "used_memory_rss"),
                    number(info, "evicted_keys")));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** A policy that evicts keys with a time to live evicts nothing where there are none. */
    private static boolean isEvictable(String policy, Map<String, String> info) {
        return policy.startsWith(VOLATILE)
                ? info.entrySet().stream()
                        .anyMatch(line -> DATABASE.matcher(line.getKey()).matches()
                                && MORTALS.matcher(line.getValue()).find())
                : !policy.equals(NO_EVICTION);
    }

    private static long number(Map<String, String> info, String key) {
        return Long.parseLong(info.getOrDefault(key, ""));
    }

    /** Whether the data takes at least {@code percent} of its bound. */
    boolean fills(int percent) {
        return limit > 0 && data * PERCENT >= limit * percent;
    }

    /** What the process holds beyond what the server has asked for. */
    long excess() {
        return resident - used;
    }

    /** Whether the process holds at least {@code percent} of what the server has asked for. */
    boolean holds(int percent) {
        return used > 0 && resident * PERCENT >= used * percent;
    }
}
