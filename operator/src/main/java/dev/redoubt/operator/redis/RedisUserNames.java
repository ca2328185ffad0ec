package dev.redoubt.operator.redis;

import dev.redoubt.operator.owned.SecretData;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The names of what belongs to a RedisUser, and of what is in it. */
public final class RedisUserNames {
    /** What the credentials Secret calls the user: it holds the password of this one alone. */
    public static final String PASSWORD = "password";

    /** Names in a credentials Secret of an earlier build, and what they are called now. */
    private static final Map<String, String> EARLIER = Map.of(
            "next-password", "password.next",
            "previous-password", "password.previous",
            "request", "rotation.request");

    private RedisUserNames() {}

    /** The Secret with the plain passwords, which only the operator reads. */
    public static String credentialsSecret(String user) {
        return user + "-user-credentials";
    }

    /** The Secret that clients bind to. A Redis of the same name has another: this one has the suffix before it. */
    public static String bindingSecret(String user) {
        return user + "-user-binding";
    }

    /**
     * The content of a credentials Secret, empty if there is none. A rotation that an earlier build has begun goes on: its previous password
     * may be what clients have.
     */
    public static Map<String, String> credentials(Optional<Secret> secret) {
        var content = new HashMap<>(SecretData.decode(secret.orElse(null)));
        EARLIER.forEach((earlier, now) ->
                Optional.ofNullable(content.remove(earlier)).ifPresent(value -> content.putIfAbsent(now, value)));
        return content;
    }
}
