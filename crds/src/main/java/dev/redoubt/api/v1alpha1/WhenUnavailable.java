package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a rate limit does while the Redis that holds its buckets is away. */
public enum WhenUnavailable {
    /** Every replica limits by itself, to its share. */
    LOCAL("Local"),

    /** Everything is allowed. */
    OPEN("Open"),

    /** Nothing is allowed. */
    CLOSED("Closed");

    private final String value;

    WhenUnavailable(String value) {
        this.value = value;
    }

    /** The word for it in YAML. */
    @JsonValue
    public String value() {
        return value;
    }
}
