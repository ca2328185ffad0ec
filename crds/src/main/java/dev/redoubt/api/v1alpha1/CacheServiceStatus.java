package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was observed of a {@link CacheService}. {@code observedGeneration} is -1 until the operator has seen it. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record CacheServiceStatus(
        @Nullable Long observedGeneration,
        List<Condition> conditions,
        @Nullable String url,
        @Nullable Integer replicas,
        @Nullable Integer readyReplicas,
        @Nullable CertificateStatus certificate,
        List<ClientBinding> clients) {

    /** Fills in the schema's defaults. */
    public CacheServiceStatus {
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
        clients = clients == null ? List.of() : List.copyOf(clients);
    }
}
