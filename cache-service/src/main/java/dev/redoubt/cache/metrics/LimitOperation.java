package dev.redoubt.cache.metrics;

/** What a request wants of a rate limit; a label of every meter of limits. */
public enum LimitOperation {
    TAKE,
    PEEK,
    RESET
}
