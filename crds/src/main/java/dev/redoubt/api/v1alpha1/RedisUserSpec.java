package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a {@link RedisUser} may do. Without {@code passwordSecretRef} the operator generates the password. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RedisUserSpec(
        RedisRef redisRef,
        @Nullable PasswordSecretRef passwordSecretRef,
        UserCommands commands,
        List<KeyPattern> keys,
        List<String> channels) {

    /** Fills in the schema's defaults. */
    public RedisUserSpec {
        commands = Objects.requireNonNullElse(commands, UserCommands.DEFAULT);
        keys = keys == null ? List.of() : List.copyOf(keys);
        channels = channels == null ? List.of() : List.copyOf(channels);
    }
}
