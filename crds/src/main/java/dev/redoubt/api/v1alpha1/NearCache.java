package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * Values that are kept in the memory of each replica of a {@link CacheService}.
 *
 * @param maxBytes how much memory they may take; 0 = there are none
 * @param maxStale for how long a change may go unnoticed, a duration such as {@code 500ms} or {@code 1s}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record NearCache(Integer maxBytes, String maxStale) {

    /** Fills in the schema's defaults. */
    public NearCache {
        maxBytes = Objects.requireNonNullElse(maxBytes, 64 * 1024 * 1024);
        maxStale = Objects.requireNonNullElse(maxStale, "1s");
    }
}
