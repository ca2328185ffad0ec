package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** Where a certificate comes from. */
public enum CertificateSource {
    /** The resource's own authority, which the operator makes. */
    OPERATOR("Operator"),

    /** A Secret that somebody fills. */
    SECRET("Secret"),

    /** cert-manager. */
    CERT_MANAGER("CertManager");

    private final String value;

    CertificateSource(String value) {
        this.value = value;
    }

    /** The word for it in YAML. */
    @JsonValue
    public String value() {
        return value;
    }
}
