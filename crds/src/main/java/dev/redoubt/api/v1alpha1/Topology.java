package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** How many servers, and who takes over when one is lost. */
public enum Topology {
    /** One server; a crash or a node loss is a restart from the append-only file. */
    STANDALONE("Standalone");

    private final String value;

    Topology(String value) {
        this.value = value;
    }

    /** The word for it in YAML. */
    @JsonValue
    public String value() {
        return value;
    }
}
