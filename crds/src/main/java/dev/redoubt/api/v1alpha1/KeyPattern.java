package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Keys that a {@link RedisUser} reaches. {@code access} is null where this version does not know the word: nothing may be
 * granted by guessing.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record KeyPattern(String pattern, @Nullable KeyAccess access, boolean shared) {}
