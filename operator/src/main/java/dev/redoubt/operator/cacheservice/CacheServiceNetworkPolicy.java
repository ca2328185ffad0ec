package dev.redoubt.operator.cacheservice;

import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.Peers;
import dev.redoubt.operator.redis.RedisNames;
import dev.redoubt.operator.redis.RedisReconciler;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Who may connect to a cache service: its clients to the API, what scrapes metrics and the operator to the management port. It connects to its
 * Redis, and to any name server: where those run differs from cluster to cluster.
 */
final class CacheServiceNetworkPolicy {
    private static final int DNS_PORT = 53;

    private CacheServiceNetworkPolicy() {}

    static HasMetadata render(CacheServiceModel model) {
        return new NetworkPolicyBuilder()
                .withMetadata(model.owner().metadata(model.names().base()))
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(model.owner().selector())
                .endPodSelector()
                .withPolicyTypes("Ingress", "Egress")
                .addNewIngress()
                .withFrom(clients(model))
                .withPorts(port("TCP", ServiceYaml.HTTPS_PORT))
                .endIngress()
                .addNewIngress()
                .withFrom(observers(model))
                .withPorts(port("TCP", ServiceYaml.MANAGEMENT_PORT))
                .endIngress()
                .addNewEgress()
                .withTo(redises(model))
                .withPorts(port("TCP", RedisNames.PORT))
                .endEgress()
                .addNewEgress()
                .withPorts(port("UDP", DNS_PORT), port("TCP", DNS_PORT))
                .endEgress()
                .endSpec()
                .build();
    }

    private static List<NetworkPolicyPeer> clients(CacheServiceModel model) {
        return model.peers().isEmpty()
                ? List.of(Peers.pods(Map.of(Labels.CACHE_CLIENT, model.owner().name())))
                : model.peers();
    }

    private static List<NetworkPolicyPeer> observers(CacheServiceModel model) {
        var label = Map.of(Labels.METRICS, Labels.TRUE);
        return List.of(
                Peers.pods(label),
                Peers.namespaces(label),
                Peers.pods(model.operatorPod().namespace(), model.operatorPod().podLabels()));
    }

    private static List<NetworkPolicyPeer> redises(CacheServiceModel model) {
        var redises = new ArrayList<>(List.of(redis(model.redis())));
        model.state().ifPresent(state -> redises.add(redis(state)));
        return redises;
    }

    private static NetworkPolicyPeer redis(CacheServiceModel.RedisBinding binding) {
        // The server alone: its exporter carries the label of the Redis, too.
        return Peers.pods(Map.of(
                Labels.REDIS,
                binding.redis(),
                Labels.COMPONENT,
                RedisReconciler.COMPONENT,
                Labels.MANAGED_BY,
                Labels.REDOUBT));
    }

    private static NetworkPolicyPort port(String protocol, int port) {
        return new NetworkPolicyPortBuilder()
                .withProtocol(protocol)
                .withPort(new IntOrString(port))
                .build();
    }
}
