package dev.redoubt.operator.cacheservice;

import dev.redoubt.operator.certificates.CertificateIssuer;
import dev.redoubt.operator.owned.SecretData;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every object of a CacheService, from its model: the same model gives the same bytes. */
public final class CacheServiceObjects {
    private CacheServiceObjects() {}

    /** The objects in the order in which they are applied: what a pod mounts comes before the pod. */
    public static List<HasMetadata> render(CacheServiceModel model) {
        var objects = new ArrayList<>(secrets(model));
        objects.add(configMap(model));
        objects.add(serviceAccount(model));
        objects.add(CacheServiceNetworkPolicy.render(model));
        objects.add(service(model));
        if (model.replicas() > 1) {
            // A budget over a single replica would only keep a node from being drained.
            objects.add(disruptionBudget(model));
        }
        objects.add(CacheServiceDeployment.render(model));
        return List.copyOf(objects);
    }

    private static List<HasMetadata> secrets(CacheServiceModel model) {
        var names = model.names();
        var secrets = new ArrayList<HasMetadata>();
        secrets.add(secret(
                model, names.authoritySecret(), "Opaque", model.identity().authoritySecret()));
        secrets.add(secret(
                model, names.tlsSecret(), "kubernetes.io/tls", model.identity().serverSecret()));
        secrets.add(secret(model, names.clientsSecret(), "Opaque", hashes(model)));
        model.clients().stream()
                .filter(ClientKey::ours)
                .forEach(client -> secrets.add(secret(model, client.secret(), "Opaque", binding(model, client))));
        model.tokens()
                .accounts()
                .forEach(account -> secrets.add(secret(model, account.secret(), "Opaque", binding(model))));
        return secrets;
    }

    /** What the service knows of each client's key: its SHA-256, in hexadecimal. */
    static Map<String, String> hashes(CacheServiceModel model) {
        var hashes = new TreeMap<String, String>();
        model.clients()
                .forEach(client -> hashes.put(client.name(), client.apiKey().sha256()));
        return hashes;
    }

    private static Map<String, String> binding(CacheServiceModel model, ClientKey client) {
        return Map.of(
                "API_KEY",
                client.apiKey().plain(),
                "URL",
                model.names().url(),
                CertificateIssuer.CA_CERTIFICATE,
                model.identity().bundle());
    }

    /** What a pod needs besides its token: nothing of it is secret, but a client finds it where others find theirs. */
    private static Map<String, String> binding(CacheServiceModel model) {
        return Map.of(
                "AUDIENCE",
                model.tokens().audience(),
                "URL",
                model.names().url(),
                CertificateIssuer.CA_CERTIFICATE,
                model.identity().bundle());
    }

    private static Secret secret(CacheServiceModel model, String name, String type, Map<String, String> entries) {
        return new SecretBuilder()
                .withMetadata(model.owner().metadata(name))
                .withType(type)
                .withData(SecretData.encode(entries))
                .build();
    }

    private static HasMetadata configMap(CacheServiceModel model) {
        return new ConfigMapBuilder()
                .withMetadata(model.owner().metadata(model.names().configMap()))
                .withData(configuration(model))
                .build();
    }

    /** The files of the service's configuration, which it reads again when they change. */
    static Map<String, String> configuration(CacheServiceModel model) {
        var files = new TreeMap<String, String>();
        files.put(ServiceYaml.FILE, ServiceYaml.render(model));
        model.tokens().needed().ifPresent(keys -> files.put(ServiceYaml.KEYS_FILE, keys.keySet()));
        return files;
    }

    private static HasMetadata serviceAccount(CacheServiceModel model) {
        return new ServiceAccountBuilder()
                .withMetadata(model.owner().metadata(model.names().base()))
                .withAutomountServiceAccountToken(false)
                .build();
    }

    private static HasMetadata service(CacheServiceModel model) {
        return new ServiceBuilder()
                .withMetadata(model.owner().metadata(model.names().base()))
                .withNewSpec()
                .withType("ClusterIP")
                .withSelector(model.owner().selector())
                .addNewPort()
                .withName("https")
                .withProtocol("TCP")
                .withPort(443)
                .withTargetPort(new IntOrString("https"))
                .endPort()
                .endSpec()
                .build();
    }

    private static HasMetadata disruptionBudget(CacheServiceModel model) {
        return new PodDisruptionBudgetBuilder()
                .withMetadata(model.owner().metadata(model.names().base()))
                .withNewSpec()
                .withMaxUnavailable(new IntOrString(1))
                .withNewSelector()
                .withMatchLabels(model.owner().selector())
                .endSelector()
                .endSpec()
                .build();
    }
}
