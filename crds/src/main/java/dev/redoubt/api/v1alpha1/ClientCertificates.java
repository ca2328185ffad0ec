package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** Whether a client has to present a certificate. */
public enum ClientCertificates {
    /** It may. */
    OPTIONAL("Optional"),

    /** Who has none is refused. */
    REQUIRED("Required");

    private final String value;

    ClientCertificates(String value) {
        this.value = value;
    }

    /** The word for it in YAML. */
    @JsonValue
    public String value() {
        return value;
    }
}
