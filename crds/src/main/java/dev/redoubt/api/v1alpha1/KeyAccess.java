package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** What commands may do with keys. */
public enum KeyAccess {
    /** Everything. */
    READ_WRITE("ReadWrite"),

    /** Only read their values. */
    READ_ONLY("ReadOnly"),

    /** Only change them, without learning what was there. */
    WRITE_ONLY("WriteOnly");

    private final String value;

    KeyAccess(String value) {
        this.value = value;
    }

    /** The word for it in YAML. */
    @JsonValue
    public String value() {
        return value;
    }
}
