package dev.redoubt.operator.redis;

import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.Peers;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Who may connect to a Redis: its clients, the cache services of its namespace, its exporter, the operator. It connects to nobody, so no egress is
 * allowed, DNS included.
 */
final class RedisNetworkPolicy {
    private RedisNetworkPolicy() {}

    static HasMetadata render(RedisModel model) {
        return new NetworkPolicyBuilder()
                .withMetadata(model.owner().metadata(model.names().base()))
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(model.owner().selector())
                .endPodSelector()
                .withPolicyTypes("Ingress", "Egress")
                .addNewIngress()
                .withFrom(peers(model))
                .addNewPort()
                .withProtocol("TCP")
                .withPort(new IntOrString(RedisNames.PORT))
                .endPort()
                .endIngress()
                .endSpec()
                .build();
    }

    private static List<NetworkPolicyPeer> peers(RedisModel model) {
        var peers = new ArrayList<>(model.clients());
        if (peers.isEmpty()) {
            peers.add(Peers.pods(Map.of(Labels.REDIS_CLIENT, model.owner().name())));
        }
        peers.add(Peers.pods(Map.of(Labels.COMPONENT, "cache-service", Labels.MANAGED_BY, Labels.REDOUBT)));
        model.exporter()
                .ifPresent(exporter -> peers.add(Peers.pods(exporter.owner().selector())));
        peers.add(
                Peers.pods(model.operatorPod().namespace(), model.operatorPod().podLabels()));
        return peers;
    }
}
