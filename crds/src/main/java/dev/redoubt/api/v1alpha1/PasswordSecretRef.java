package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/** The entry of a Secret of the same namespace that holds a password. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record PasswordSecretRef(String name, String key) {

    /** Fills in the schema's defaults. */
    public PasswordSecretRef {
        key = Objects.requireNonNullElse(key, "password");
    }
}
