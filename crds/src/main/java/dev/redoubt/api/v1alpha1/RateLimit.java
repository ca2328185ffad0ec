package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * A rate limit: every client has a bucket of {@code capacity} tokens, which refills evenly in {@code refillPeriod}, a duration such as
 * {@code 60s}.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RateLimit(String name, Integer capacity, String refillPeriod, WhenUnavailable whenUnavailable) {

    /** Fills in the schema's defaults. */
    public RateLimit {
        whenUnavailable = Objects.requireNonNullElse(whenUnavailable, WhenUnavailable.LOCAL);
    }
}
