package dev.redoubt.cache.metrics;

/**
 * What one replica has counted in a region since it started, as {@code GET /v1/cache/{region}:stats} shows it.
 *
 * @param hits reads that found a value
 * @param misses reads that found none
 * @param stale reads that were given a stale value
 * @param loads leases given out to load a value
 * @param collapsed reads that waited for another's load
 */
public record RegionStatistics(
        String region, Hits hits, long misses, long stale, long loads, long collapsed, Bytes bytes, Near near) {

    /** By where the value was found. */
    public record Hits(long near, long redis) {}

    /** Of values. */
    public record Bytes(long read, long written) {}

    /** The near copies: how many, about how much memory, and how many had to go to make room. */
    public record Near(long copies, long bytes, long evictions) {}
}
