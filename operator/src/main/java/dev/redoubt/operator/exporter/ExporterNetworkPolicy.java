package dev.redoubt.operator.exporter;

import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.Peers;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.List;
import java.util.Map;

/**
 * Who may connect to an exporter: what scrapes metrics. It connects to the pods of its own Redis, and to any name server,
 * because the server's certificate is issued for names. Nothing else: an exporter can be asked to scrape any target.
 */
final class ExporterNetworkPolicy {
    private static final int DNS_PORT = 53;

    private ExporterNetworkPolicy() {}

    static HasMetadata render(ExporterModel model) {
        return new NetworkPolicyBuilder()
                .withMetadata(model.owner().metadata(model.name()))
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(model.owner().selector())
                .endPodSelector()
                .withPolicyTypes("Ingress", "Egress")
                .addNewIngress()
                .withFrom(scrapers())
                .withPorts(port("TCP", ExporterModel.PORT))
                .endIngress()
                .addNewEgress()
                .withTo(Peers.pods(model.server().podLabels()))
                .withPorts(port("TCP", model.server().port()))
                .endEgress()
                .addNewEgress()
                .withPorts(port("UDP", DNS_PORT), port("TCP", DNS_PORT))
                .endEgress()
                .endSpec()
                .build();
    }

    private static List<NetworkPolicyPeer> scrapers() {
        var label = Map.of(Labels.METRICS, Labels.TRUE);
        return List.of(Peers.pods(label), Peers.namespaces(label));
    }

    private static NetworkPolicyPort port(String protocol, int port) {
        return new NetworkPolicyPortBuilder()
                .withProtocol(protocol)
                .withPort(new IntOrString(port))
                .build();
    }
}
