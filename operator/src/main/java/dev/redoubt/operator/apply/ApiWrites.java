package dev.redoubt.operator.apply;

import io.micrometer.core.instrument.MeterRegistry;

/** Counts what the operator writes to the Kubernetes API: an idle resource must not move it. */
public final class ApiWrites {
    /** Name of the counter; tags kind and verb. */
    public static final String METRIC = "redoubt.api.writes";

    private final MeterRegistry metrics;

    public ApiWrites(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /** Counts one write. */
    public void count(String kind, String verb) {
        metrics.counter(METRIC, "kind", kind, "verb", verb).increment();
    }
}
