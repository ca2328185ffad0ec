package dev.redoubt.operator.redis;

import dev.redoubt.operator.acl.AclFile;
import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.certificates.CertificateIssuer;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.redisconf.RedisConf;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The Secrets of a Redis: what the operator keeps, what the pod mounts, what clients bind to. */
final class RedisSecrets {
    private RedisSecrets() {}

    static List<HasMetadata> render(RedisModel model) {
        var names = model.names();
        return List.of(
                secret(
                        model,
                        names.credentialsSecret(),
                        "Opaque",
                        model.passwords().stored().data()),
                secret(
                        model,
                        names.authoritySecret(),
                        "Opaque",
                        model.identity().authoritySecret()),
                secret(model, names.tlsSecret(), "kubernetes.io/tls", mounted(model)),
                secret(model, names.aclSecret(), "Opaque", Map.of(RedisConf.ACL_FILE, AclFile.render(model.users()))),
                binding(model, names.bindingSecret(), AclUser.APP),
                binding(model, names.serviceBindingSecret(), AclUser.SERVICE));
    }

    /** What the server's pod mounts: the server's certificate, and the one that its probes present, if they have to. */
    private static Map<String, String> mounted(RedisModel model) {
        var entries = new TreeMap<>(model.identity().serverSecret());
        var presented = model.identity().clients().get(AclUser.PROBE.userName());
        if (presented != null) {
            entries.put(RedisConf.PROBE_CERTIFICATE, presented.certificatePem());
            entries.put(RedisConf.PROBE_KEY, presented.keyPem());
        }
        return entries;
    }

    /** A binding by the Service Binding Specification, with the names of environment variables beside its keys. */
    private static Secret binding(RedisModel model, String name, AclUser user) {
        var host = model.names().host();
        var port = Integer.toString(RedisNames.PORT);
        var password = model.credentials().of(user).plain();
        var url = "rediss://%s:%s@%s:%s/0".formatted(user.userName(), inUrl(password), host, port);
        var entries = new TreeMap<String, String>();
        entries.put("type", "redis");
        entries.put("provider", "redoubt");
        entries.put("host", host);
        entries.put("port", port);
        entries.put("username", user.userName());
        entries.put("password", password);
        entries.put("uri", url);
        entries.put("REDIS_HOST", host);
        entries.put("REDIS_PORT", port);
        entries.put("REDIS_USERNAME", user.userName());
        entries.put("REDIS_PASSWORD", password);
        entries.put("REDIS_URL", url);
        entries.put(CertificateIssuer.CA_CERTIFICATE, model.identity().bundle());
        var presented = model.identity().clients().get(user.userName());
        if (presented != null) {
            entries.put(CertificateIssuer.CERTIFICATE, presented.certificatePem());
            entries.put(CertificateIssuer.KEY, presented.keyPem());
        }
        return new SecretBuilder(secret(model, name, "servicebinding.io/redis", entries))
                .editMetadata()
                .addToLabels(Labels.BINDING, user.userName())
                .endMetadata()
                .build();
    }

    /** The password in the content of a binding. */
    static Optional<Password> password(Map<String, String> binding) {
        return Optional.ofNullable(binding.get("REDIS_PASSWORD")).map(Password::new);
    }

    /** A password that was brought along may hold what separates the parts of a URL. */
    private static String inUrl(String password) {
        return URLEncoder.encode(password, StandardCharsets.UTF_8);
    }

    private static Secret secret(RedisModel model, String name, String type, Map<String, String> entries) {
        return new SecretBuilder()
                .withMetadata(model.owner().metadata(name))
                .withType(type)
                .withData(SecretData.encode(entries))
                .build();
    }
}
