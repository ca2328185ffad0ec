package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One hardening control and what its probe found.
 *
 * @param id such as H1
 * @param name such as AuthRequired
 * @param observed what the probe saw, in one sentence
 * @param since when {@code state} last changed, RFC 3339
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ControlStatus(String id, String name, ControlState state, String observed, String since) {}
