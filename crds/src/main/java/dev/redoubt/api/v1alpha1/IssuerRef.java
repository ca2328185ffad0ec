package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/** An issuer of cert-manager. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record IssuerRef(String name, String kind, String group) {

    /** Fills in the schema's defaults. */
    public IssuerRef {
        kind = Objects.requireNonNullElse(kind, "Issuer");
        group = Objects.requireNonNullElse(group, "cert-manager.io");
    }
}
