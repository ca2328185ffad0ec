package dev.redoubt.cache.metrics;

/** How a request to a rate limit ended; a label of every meter of limits. */
public enum LimitOutcome {
    /** The tokens were there; for a peek, one would have been. */
    ALLOWED,
    /** They were not. */
    LIMITED,
    /** Allowed by the replica's own bucket, because Redis is away. */
    ALLOWED_LOCAL,
    /** Refused by the replica's own bucket, because Redis is away. */
    LIMITED_LOCAL,
    /** Allowed by nobody, because Redis is away and the policy is open then. */
    ALLOWED_OPEN,
    /** The bucket is full again. */
    RESET,
    /** The request was not one that could be carried out. */
    REFUSED,
    /** Redis could not be asked, and nobody else may decide. */
    UNAVAILABLE
}
