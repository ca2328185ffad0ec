package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** What happens to the data when the resource is deleted. */
public enum Retention {
    /** The claim stays, and a new Redis of the same name finds its data. */
    RETAIN("Retain"),

    /** The claim goes with the resource. */
    DELETE("Delete");

    private final String value;

    Retention(String value) {
        this.value = value;
    }

    /** The word for it in YAML. */
    @JsonValue
    public String value() {
        return value;
    }
}
