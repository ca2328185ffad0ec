package dev.redoubt.operator.owned;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import java.util.Map;
import java.util.TreeMap;

/** Peers of NetworkPolicies. */
public final class Peers {
    private Peers() {}

    /** Pods with {@code labels} in the policy's own namespace. */
    public static NetworkPolicyPeer pods(Map<String, String> labels) {
        return new NetworkPolicyPeerBuilder()
                .withNewPodSelector()
                .withMatchLabels(new TreeMap<>(labels))
                .endPodSelector()
                .build();
    }

    /** Pods with {@code labels} in the one namespace {@code namespace}. */
    public static NetworkPolicyPeer pods(String namespace, Map<String, String> labels) {
        return new NetworkPolicyPeerBuilder(pods(labels))
                .withNewNamespaceSelector()
                // The API server puts this label on every namespace, and nobody can change it.
                .withMatchLabels(Map.of("kubernetes.io/metadata.name", namespace))
                .endNamespaceSelector()
                .build();
    }

    /** Every pod of the namespaces with {@code labels}. */
    public static NetworkPolicyPeer namespaces(Map<String, String> labels) {
        return new NetworkPolicyPeerBuilder()
                .withNewNamespaceSelector()
                .withMatchLabels(new TreeMap<>(labels))
                .endNamespaceSelector()
                .build();
    }
}
