package dev.redoubt.cache.metrics;

import io.micrometer.core.instrument.MeterRegistry;

/** The meters of one rate limit. Safe from every event loop. */
public final class LimitMeters {

    private final RequestTimers<LimitOperation, LimitOutcome> requests;

    LimitMeters(MeterRegistry registry, String limit) {
        this.requests = new RequestTimers<>(
                registry, "redoubt.limit.requests", "limit", limit, LimitOperation.class, LimitOutcome.class);
    }

    /** Counts and times a request. */
    public void request(LimitOperation operation, LimitOutcome outcome, long nanos) {
        requests.request(operation, outcome, nanos);
    }

    /** The limit is gone, and so are its meters. */
    void remove() {
        requests.remove();
    }
}
