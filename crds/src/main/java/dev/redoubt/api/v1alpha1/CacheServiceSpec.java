package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link CacheService} shall be. Without {@code image} the operator's configuration decides; without {@code
 * stateRef} everything is kept in {@code redisRef}; without {@code accessLog} there is none.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record CacheServiceSpec(
        RedisRef redisRef,
        @Nullable RedisRef stateRef,
        @Nullable String image,
        Integer replicas,
        List<Region> regions,
        List<RateLimit> rateLimits,
        List<Client> clients,
        @Nullable String tokenAudience,
        ServiceTls tls,
        @Nullable NearCache nearCache,
        @Nullable AccessLog accessLog,
        @Nullable ResourceRequirements resources,
        Scheduling scheduling,
        Access access) {

    /** Fills in the schema's defaults. */
    public CacheServiceSpec {
        replicas = Objects.requireNonNullElse(replicas, 2);
        regions = regions == null ? List.of() : List.copyOf(regions);
        rateLimits = rateLimits == null ? List.of() : List.copyOf(rateLimits);
        clients = clients == null ? List.of() : List.copyOf(clients);
        tls = Objects.requireNonNullElse(tls, ServiceTls.DEFAULT);
        scheduling = Objects.requireNonNullElse(scheduling, Scheduling.ANYWHERE);
        access = Objects.requireNonNullElse(access, Access.BY_LABEL);
    }
}
