package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a probe of a hardening control found. */
public enum ControlState {
    /** It holds: the probe saw it. */
    ENFORCED("Enforced"),
    /** It does not hold, because the specification says so. */
    WAIVED("Waived"),
    /** It does not hold. */
    FAILED("Failed"),
    /** There is nothing that it could protect. */
    NOT_APPLICABLE("NotApplicable"),
    /** It could not be probed. */
    UNKNOWN("Unknown");

    private final String value;

    ControlState(String value) {
        this.value = value;
    }

    /** The word for it in YAML. */
    @JsonValue
    public String value() {
        return value;
    }
}
