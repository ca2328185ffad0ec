package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Redis} shall be. Every component has a default but {@code image}, which the operator's configuration
 * decides when it is absent.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RedisSpec(
        Topology topology,
        Engine engine,
        @Nullable String image,
        Quantity maxMemory,
        MaxMemoryPolicy maxMemoryPolicy,
        Persistence persistence,
        @Nullable ResourceRequirements resources,
        Scheduling scheduling,
        Access access) {

    /** Fills in the schema's defaults. */
    public RedisSpec {
        topology = Objects.requireNonNullElse(topology, Topology.STANDALONE);
        engine = Objects.requireNonNullElse(engine, Engine.REDIS);
        maxMemory = Objects.requireNonNullElseGet(maxMemory, () -> new Quantity("256Mi"));
        maxMemoryPolicy = Objects.requireNonNullElse(maxMemoryPolicy, MaxMemoryPolicy.ALLKEYS_LRU);
        persistence = Objects.requireNonNullElse(persistence, Persistence.DEFAULT);
        scheduling = Objects.requireNonNullElse(scheduling, Scheduling.ANYWHERE);
        access = Objects.requireNonNullElse(access, Access.BY_LABEL);
    }
}
