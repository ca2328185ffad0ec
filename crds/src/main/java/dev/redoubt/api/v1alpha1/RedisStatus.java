package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was observed of a {@link Redis}. {@code observedGeneration} is -1 until the operator has seen it; {@code
 * version} is what the running server says; {@code hardening} lists every control, in the order of their ids.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RedisStatus(
        @Nullable Long observedGeneration,
        List<Condition> conditions,
        @Nullable Binding binding,
        List<Endpoint> endpoints,
        @Nullable String version,
        @Nullable CredentialsStatus credentials,
        @Nullable CertificateStatus certificate,
        List<ControlStatus> hardening) {

    /** Fills in the schema's defaults. */
    public RedisStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
        endpoints = endpoints == null ? List.of() : List.copyOf(endpoints);
        hardening = hardening == null ? List.of() : List.copyOf(hardening);
    }
}
