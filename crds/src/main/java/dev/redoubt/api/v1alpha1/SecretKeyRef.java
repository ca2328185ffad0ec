package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/** One entry of a Secret of the same namespace. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record SecretKeyRef(String name, String key) {

    /** Fills in the schema's defaults. */
    public SecretKeyRef {
        key = Objects.requireNonNullElse(key, "API_KEY");
    }
}
