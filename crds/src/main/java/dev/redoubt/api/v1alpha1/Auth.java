package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * How clients log in. Without {@code passwordSecretRef} the operator generates the application's password; without {@code rotateEvery}
 * passwords are replaced only when that is asked for.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Auth(
        @Nullable PasswordSecretRef passwordSecretRef,
        @Nullable String rotateEvery) {
    static final Auth GENERATED = new Auth(null, null);
}
