package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** When the append-only file is forced to the disk; the words are those of {@code appendfsync}. */
public enum AppendFsync {
    /** Before each reply. */
    ALWAYS("always"),

    /** Once a second. */
    EVERYSEC("everysec"),

    /** When the kernel likes to. */
    NO("no");

    private final String value;

    AppendFsync(String value) {
        this.value = value;
    }

    /** The word for it in YAML. */
    @JsonValue
    public String value() {
        return value;
    }
}
