package dev.redoubt.operator.redis;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The names of what belongs to a RedisUser, and of what is in it. */
public final class RedisUserNames {
    /** Key of the credentials Secret: the password that clients are given. */
    public static final String PASSWORD = "password";

    /** Beside it, while it is replaced: the password that clients will be given. */
    public static final String NEXT_PASSWORD = "next-password";

    /** Then: the password that clients were given before. */
    public static final String PREVIOUS_PASSWORD = "previous-password";

    private RedisUserNames() {}

    /** The Secret with the plain passwords, which only the operator reads. */
    public static String credentialsSecret(String user) {
        return user + "-user-credentials";
    }

    /** The Secret that clients bind to. A Redis of the same name has another: this one has the suffix before it. */
    public static String bindingSecret(String user) {
        return user + "-user-binding";
    }

    /** The passwords in {@code credentials}: each of them logs in. */
    static Stream<String> passwords(Map<String, String> credentials) {
        return Stream.of(PASSWORD, NEXT_PASSWORD, PREVIOUS_PASSWORD)
                .flatMap(key -> Optional.ofNullable(credentials.get(key)).stream());
    }
}
