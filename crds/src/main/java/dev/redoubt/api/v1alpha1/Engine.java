package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** Which server runs. */
public enum Engine {
    /** Redis 7.0 or newer. */
    REDIS("Redis"),

    /** Valkey 8.0 or newer. */
    VALKEY("Valkey");

    private final String value;

    Engine(String value) {
        this.value = value;
    }

    /** The word for it in YAML. */
    @JsonValue
    public String value() {
        return value;
    }
}
