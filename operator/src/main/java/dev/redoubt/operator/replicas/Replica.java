package dev.redoubt.operator.replicas;

import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.processing.event.ResourceID;

/**
 * A replica that can be asked.
 *
 * @param service that it is one of
 * @param pod its name
 * @param uid of the pod: another pod of the same name is another replica
 * @param address IP address
 */
public record Replica(ResourceID service, String pod, String uid, String address) {
    /** The replica of {@code service} in {@code pod}, which has an address. */
    public static Replica of(ResourceID service, Pod pod) {
        return new Replica(
                service,
                pod.getMetadata().getName(),
                pod.getMetadata().getUid(),
                pod.getStatus().getPodIP());
    }
}
