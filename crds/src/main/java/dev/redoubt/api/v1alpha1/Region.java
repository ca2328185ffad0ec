package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A named cache. Durations are written such as {@code 10s}, {@code 5m} or {@code 1h}.
 *
 * @param ttl how long a value lives when its writer says nothing
 * @param maxTtl how long it may live; null = {@code ttl}
 * @param staleFor for how long it may be served as stale after that; null = never
 * @param maxBytes how large it may be; null = as large as the service takes
 * @param jitterPercent by how much its life is shortened at most, at random; null = not at all
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Region(
        String name,
        String ttl,
        @Nullable String maxTtl,
        @Nullable String staleFor,
        @Nullable Integer maxBytes,
        @Nullable Integer jitterPercent) {}
