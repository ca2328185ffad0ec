package dev.redoubt.operator.apply;

import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import java.util.Objects;

/**
 * Writes the status of a resource, if it is another one than before.
 *
 * <p>The written resource goes into the cache at once. Were it left to the watch, the next pass could still see the status before
 * the last, find it equal to what it wants to say, and write nothing: the last but one would stand for ever.
 */
public final class StatusPatch {
    private final ApiWrites writes;

    public StatusPatch(Cluster cluster) {
        this.writes = cluster.writes();
    }

    /**
     * Makes {@code status} the status of {@code resource}.
     *
     * @param empty a new object of the same kind: it takes what identifies the resource, and the status, because what is
     *     not in an applied object is not touched
     */
    public <S, T, P extends CustomResource<S, T>> void write(P resource, T status, P empty, Context<P> context) {
        if (Objects.equals(status, resource.getStatus())) {
            return;
        }
        empty.getMetadata().setName(resource.getMetadata().getName());
        empty.getMetadata().setNamespace(resource.getMetadata().getNamespace());
        empty.setStatus(status);
        PrimaryUpdateAndCacheUtils.ssaPatchStatusAndCacheResource(resource, empty, context);
        writes.count(resource.getKind(), "status");
    }
}
