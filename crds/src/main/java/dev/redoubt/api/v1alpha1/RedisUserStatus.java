package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of a {@link RedisUser}. {@code observedGeneration} is -1 until the operator has seen it; {@code rules}
 * are the words of an ACL file.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RedisUserStatus(
        @Nullable Long observedGeneration,
        List<Condition> conditions,
        @Nullable Binding binding,
        @Nullable String rules) {

    /** Fills in the schema's defaults. */
    public RedisUserStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }
}
