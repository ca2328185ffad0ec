package dev.redoubt.operator.redisuser;

import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.redis.RedisUserNames;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The Secrets of a RedisUser: what the operator keeps, and what clients bind to. */
final class RedisUserSecrets {
    private static final String PASSWORD = "password";

    private RedisUserSecrets() {}

    static List<HasMetadata> render(RedisUserModel model) {
        return List.of(credentials(model), binding(model));
    }

    private static Secret credentials(RedisUserModel model) {
        return secret(
                model,
                RedisUserNames.credentialsSecret(model.owner().name()),
                "Opaque",
                model.passwords().stored().data());
    }

    /** As the binding of the Redis itself, with another user. */
    private static Secret binding(RedisUserModel model) {
        var user = model.owner().name();
        var password = model.passwords().current().plain();
        var entries = new TreeMap<>(model.redisBinding());
        var url = "rediss://%s:%s@%s:%s/0"
                .formatted(
                        user,
                        URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20"),
                        entries.get("host"),
                        entries.get("port"));
        entries.put("username", user);
        entries.put(PASSWORD, password);
        entries.put("uri", url);
        entries.put("REDIS_USERNAME", user);
        entries.put("REDIS_PASSWORD", password);
        entries.put("REDIS_URL", url);
        var binding = secret(model, RedisUserNames.bindingSecret(user), "servicebinding.io/redis", entries);
        return new SecretBuilder(binding)
                .editMetadata()
                .addToLabels(Labels.BINDING, user)
                .endMetadata()
                .build();
    }

    /** The password in a binding. */
    static Optional<Password> password(Optional<Secret> binding) {
        return Optional.ofNullable(SecretData.decode(binding.orElse(null)).get(PASSWORD))
                .map(Password::new);
    }

    /** The label of the Redis lets the pass of that Redis see it. */
    private static Secret secret(RedisUserModel model, String name, String type, Map<String, String> entries) {
        return new SecretBuilder()
                .withMetadata(model.owner().metadata(name))
                .editMetadata()
                .addToLabels(Labels.REDIS, model.redis())
                .endMetadata()
                .withType(type)
                .withData(SecretData.encode(entries))
                .build();
    }
}
