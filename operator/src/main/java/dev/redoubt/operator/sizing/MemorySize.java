package dev.redoubt.operator.sizing;

import io.fabric8.kubernetes.api.model.Quantity;

/**
 * How much memory the container of a Redis may use.
 *
 * <p>{@code maxmemory} bounds the data and the client buffers, not the process. Beside it there are
 *
 * <ul>
 *   <li>the pages that are copied while a forked child rewrites the AOF or saves a snapshot: at most all of them, under a
 *       steady write load about half ({@value #FORK_PERCENT} %); nothing forks when nothing is persisted;
 *   <li>fragmentation of the allocator: {@value #FRAGMENTATION_PERCENT} %, where Redis itself starts to call it high
 *       at 50 %, and jemalloc with evenly sized values stays below 10 %;
 *   <li>a fixed part ({@value #FIXED_MIB} MiB): the program (10 MiB), TLS contexts and connection state, the AOF buffer, and
 *       the probes, which run inside the container (5 MiB each).
 * </ul>
 */
public final class MemorySize {
    static final long MIB = 1L << 20;
    static final int FORK_PERCENT = 50;
    static final int FRAGMENTATION_PERCENT = 10;
    static final int FIXED_MIB = 64;

    private MemorySize() {}

    /**
     * The limit, and the request, for {@code maxMemory} bytes of data, rounded up to a whole MiB.
     *
     * @param forks whether the server persists, and so forks
     */
    public static Quantity containerLimit(long maxMemory, boolean forks) {
        var percent = 100 + FRAGMENTATION_PERCENT + (forks ? FORK_PERCENT : 0);
        var bytes = maxMemory / 100 * percent + FIXED_MIB * MIB;
        return new Quantity(Math.ceilDiv(bytes, MIB) + "Mi");
    }
}
