package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Redis} shall be.
 *
 * <p>{@code topology} and {@code engine} are null when the schema in the cluster is newer and has a word that this
 * version does not know: running such a resource as something else would be wrong, so its reader has to say that it
 * cannot. Without {@code image} the operator's configuration decides, without {@code resources} they are derived.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record RedisSpec(
        @Nullable Topology topology,
        @Nullable Engine engine,
        @Nullable String image,
        Quantity maxMemory,
        MaxMemoryPolicy maxMemoryPolicy,
        Persistence persistence,
        Tls tls,
        @Nullable ResourceRequirements resources,
        Scheduling scheduling,
        Access access,
        Auth auth,
        Monitoring monitoring) {

    /** Fills in the schema's defaults. */
    public RedisSpec {
        maxMemory = Objects.requireNonNullElseGet(maxMemory, () -> new Quantity("256Mi"));
        maxMemoryPolicy = Objects.requireNonNullElse(maxMemoryPolicy, MaxMemoryPolicy.ALLKEYS_LRU);
        persistence = Objects.requireNonNullElse(persistence, Persistence.DEFAULT);
        tls = Objects.requireNonNullElse(tls, Tls.DEFAULT);
        scheduling = Objects.requireNonNullElse(scheduling, Scheduling.ANYWHERE);
        access = Objects.requireNonNullElse(access, Access.BY_LABEL);
        auth = Objects.requireNonNullElse(auth, Auth.GENERATED);
        monitoring = Objects.requireNonNullElse(monitoring, Monitoring.DEFAULT);
    }
}
