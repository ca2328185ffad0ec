package dev.redoubt.operator.owned;

import dev.redoubt.api.v1alpha1.Scheduling;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.TreeMap;

/** Where a resource's pods may run, from its specification into a pod's. */
public final class PodPlacement {
    private PodPlacement() {}

    /** Adds what {@code scheduling} says to {@code pod}; what it leaves open stays open. */
    public static void add(Scheduling scheduling, PodSpecBuilder pod) {
        if (!scheduling.nodeSelector().isEmpty()) {
            pod.withNodeSelector(new TreeMap<>(scheduling.nodeSelector()));
        }
        pod.withTolerations(scheduling.tolerations());
        pod.withTopologySpreadConstraints(scheduling.topologySpreadConstraints());
        if (scheduling.affinity() != null) {
            pod.withAffinity(scheduling.affinity());
        }
        if (scheduling.priorityClassName() != null) {
            pod.withPriorityClassName(scheduling.priorityClassName());
        }
    }
}
