package dev.redoubt.operator.exporter;

import dev.redoubt.operator.certificates.CertificateIssuer;
import dev.redoubt.operator.owned.SecretData;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every object of an exporter, from its model: the same model gives the same bytes. */
public final class ExporterObjects {
    /** The kinds of what {@link #render} gives, which goes when nobody wants the exporter any more. */
    public static final List<Class<? extends HasMetadata>> KINDS =
            List.of(Deployment.class, Service.class, NetworkPolicy.class, ServiceAccount.class, Secret.class);

    /** The entry of the Secret that the exporter reads passwords from: a JSON object from URL to password. */
    static final String PASSWORDS = "passwords.json";

    static final String PORT_NAME = "metrics";

    private ExporterObjects() {}

    /** The objects in the order in which they are applied: what a pod mounts comes before the pod. */
    public static List<HasMetadata> render(ExporterModel model) {
        return List.of(
                secret(model),
                serviceAccount(model),
                ExporterNetworkPolicy.render(model),
                service(model),
                ExporterDeployment.render(model));
    }

    /** What the exporter logs in with, and nothing else: not the server's key, nobody else's password. */
    static Map<String, String> login(ExporterModel model) {
        var server = model.server();
        var entries = new TreeMap<String, String>();
        entries.put(
                PASSWORDS,
                Serialization.asJson(
                        Map.of(server.urlWithUser(), server.password().plain())));
        entries.put(CertificateIssuer.CA_CERTIFICATE, server.authorityPem());
        server.certificate().ifPresent(presented -> {
            entries.put(CertificateIssuer.CERTIFICATE, presented.certificatePem());
            entries.put(CertificateIssuer.KEY, presented.keyPem());
        });
        return entries;
    }

    private static Secret secret(ExporterModel model) {
        return new SecretBuilder()
                .withMetadata(model.owner().metadata(model.name()))
                .withType("Opaque")
                .withData(SecretData.encode(login(model)))
                .build();
    }

    private static HasMetadata serviceAccount(ExporterModel model) {
        return new ServiceAccountBuilder()
                .withMetadata(model.owner().metadata(model.name()))
                .withAutomountServiceAccountToken(false)
                .build();
    }

    /** For Prometheus to find the pod by: nobody dials the Service itself, so it needs no address. */
    private static HasMetadata service(ExporterModel model) {
        return new ServiceBuilder()
                .withMetadata(model.owner().metadata(model.name()))
                .withNewSpec()
                .withClusterIP("None")
                .withSelector(model.owner().selector())
                .addNewPort()
                .withName(PORT_NAME)
                .withProtocol("TCP")
                .withPort(ExporterModel.PORT)
                .withTargetPort(new IntOrString(PORT_NAME))
                .endPort()
                .endSpec()
                .build();
    }
}
