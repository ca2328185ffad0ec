package dev.redoubt.cache.mode;

/** What a trouble with Redis affects; the constants are spelled as they are shown. */
public enum Affected {
    /** Values are not read: they come from the near cache where a region allows that, else the answer is 503. */
    reads,
    /** Values are not written: 503, or 507 when Redis is full. */
    writes,
    /** Deletes are noted and carried out later: 202. */
    deletes,
    /** Rate limits are decided as their policy wants it. */
    limits
}
