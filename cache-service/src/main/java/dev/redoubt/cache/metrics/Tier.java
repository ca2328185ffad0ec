package dev.redoubt.cache.metrics;

/** Where a value was found; a label. */
public enum Tier {
    /** In the memory of the service. */
    NEAR,
    REDIS
}
