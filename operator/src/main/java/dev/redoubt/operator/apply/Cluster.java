package dev.redoubt.operator.apply;

import dev.redoubt.operator.events.EventRecorder;
import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * The ways in which a pass changes the cluster.
 *
 * @param writes counts every one of them
 * @param gate lets passes in
 */
public record Cluster(KubernetesClient client, ApiWrites writes, EventRecorder events, PassGate gate) {}
