package dev.redoubt.cache.metrics;

/** What a request wants of a region; a label of every request meter. */
public enum Operation {
    GET,
    HEAD,
    PUT,
    DELETE,
    /** Of counters. */
    INCR;

    /** Whether it needs the grant to read; the others need the one to write. */
    public boolean reads() {
        return this == GET || this == HEAD;
    }
}
