package dev.redoubt.cache.metrics;

/** How a request to a region ended; a label of every request meter. */
public enum Outcome {
    /** 200 or 304: the value was there. */
    HIT,
    /** 200: it has expired, or nobody can say whether it is still true. */
    STALE,
    /** 404: it was not. */
    MISS,
    /** 201: stored, and there was none before. */
    CREATED,
    /** 204: stored over another value. */
    REPLACED,
    /** 204: deleted, or was not there. */
    DELETED,
    /** 200: the counter has another value now. */
    CHANGED,
    /** 202: to be deleted when Redis can be asked again. */
    BUFFERED,
    /** 4xx: the request came as far as a region and was refused. */
    REFUSED,
    /** 503 or 507: Redis was not to be asked, or refused. */
    UNAVAILABLE
}
