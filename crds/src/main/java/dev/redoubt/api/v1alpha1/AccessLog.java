package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * Lines about requests in the log of a {@link CacheService}.
 *
 * @param sample of how many requests, such as {@code 1%}
 * @param linesPerSecond how many a replica writes in a second, at most
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AccessLog(String sample, Integer linesPerSecond) {

    /** Fills in the schema's defaults. */
    public AccessLog {
        sample = Objects.requireNonNullElse(sample, "1%");
        linesPerSecond = Objects.requireNonNullElse(linesPerSecond, 200);
    }
}
