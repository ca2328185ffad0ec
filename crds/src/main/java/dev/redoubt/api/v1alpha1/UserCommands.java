package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;

/**
 * What a {@link RedisUser} may run: the categories by Redis's names without {@code @}, then single commands, such as {@code
 * get} or {@code xgroup|create}. A category that this version does not know is left out: it is never granted by guessing.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UserCommands(List<CommandCategory> categories, List<String> allow, List<String> deny) {
    /** All commands of all types of data. */
    static final UserCommands DEFAULT =
            new UserCommands(List.of(CommandCategory.READ, CommandCategory.WRITE), List.of(), List.of());

    /** Fills in the schema's defaults. */
    public UserCommands {
        categories = categories == null
                ? List.of(CommandCategory.READ, CommandCategory.WRITE)
                : categories.stream().filter(Objects::nonNull).toList();
        allow = allow == null ? List.of() : List.copyOf(allow);
        deny = deny == null ? List.of() : List.copyOf(deny);
    }
}
