package dev.redoubt.operator.acl;

import dev.redoubt.api.v1alpha1.RedisUser;
import dev.redoubt.api.v1alpha1.RedoubtSerialization;
import dev.redoubt.operator.SchemaDefaults;
import dev.redoubt.operator.credentials.Password;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;

/** RedisUsers as the API server stores them. */
public final class RedisUsers {
    private static final KubernetesSerialization SERIALIZATION = RedoubtSerialization.create();

    private RedisUsers() {}

    /**
     * A user of the Redis {@code cache} in namespace {@code shop}.
     *
     * @param more further fields of its specification, in YAML's flow style
     */
    public static RedisUser user(String name, String more) {
        return user(name, "2026-01-01T00:00:00Z", more);
    }

    /** The same, created at a certain time. */
    public static RedisUser user(String name, String created, String more) {
        return SERIALIZATION.unmarshal(
                SchemaDefaults.addTo(
                        "redisusers", """
                        apiVersion: redoubt.dev/v1alpha1
                        kind: RedisUser
                        metadata: {name: "%s", namespace: shop, uid: uid-of-%s, generation: 1, creationTimestamp: "%s"}
                        spec: {redisRef: {name: cache}%s}
                        """.formatted(name, name, created, more.isEmpty() ? "" : ", " + more)),
                RedisUser.class);
    }

    /** As it stands in the ACL file, with a password of its own. */
    public static ServerUser onServer(RedisUser user) {
        var name = user.getMetadata().getName();
        return ServerUser.withPasswords(name, List.of(hash(name)), Permissions.rules(user.getSpec()));
    }

    static String password(String name) {
        return "password-of-" + name;
    }

    static String hash(String name) {
        return new Password(password(name)).sha256();
    }
}
