package dev.redoubt.operator.sizing;

import io.fabric8.kubernetes.api.model.Quantity;

/**
 * How much memory the container of a Redis may use.
 *
 * <p>{@code maxmemory} bounds the data and the client buffers, not the process. Beside it there are
 *
 * <ul>
 *   <li>fragmentation of the allocator: {@value #FRAGMENTATION_PERCENT} %. Evenly sized values stay below 10 %, values whose
 *       sizes change all the time came to a third ({@code bench/memory});
 *   <li>the pages that are copied while a forked child rewrites the AOF or saves a snapshot: as many again, fragmentation included, because
 *       a fork takes long enough for writers to touch every page ({@code bench/memory}); nothing forks when nothing is persisted;
 *   <li>a fixed part ({@value #FIXED_MIB} MiB): the program (10 MiB), TLS contexts and connection state, the AOF buffer, and
 *       the probes, which run inside the container (5 MiB each).
 * </ul>
 */
public final class MemorySize {
    static final long MIB = 1L << 20;
    static final int FRAGMENTATION_PERCENT = 35;
    static final int FIXED_MIB = 64;

    private MemorySize() {}

    /**
     * The limit, and the request, for {@code maxMemory} bytes of data, rounded up to a whole MiB.
     *
     * @param forks whether the server persists, and so forks
     */
    public static Quantity containerLimit(long maxMemory, boolean forks) {
        var percent = (100 + FRAGMENTATION_PERCENT) * (forks ? 2 : 1);
        var bytes = maxMemory / 100 * percent + FIXED_MIB * MIB;
        return new Quantity(Math.ceilDiv(bytes, MIB) + "Mi");
    }
}
