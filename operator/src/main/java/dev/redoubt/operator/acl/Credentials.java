package dev.redoubt.operator.acl;

import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.credentials.PasswordGenerator;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The password of each ACL user that has one. Prints no password. */
public record Credentials(Map<AclUser, Password> passwords) {
    public Credentials {
        passwords = Collections.unmodifiableMap(new EnumMap<>(passwords));
    }

    /**
     * The passwords that {@code stored} holds, keyed by user name, and new ones for the users that it lacks.
     * A stored password is never replaced.
     */
    public static Credentials complete(Map<String, String> stored, PasswordGenerator generator) {
        var passwords = new EnumMap<AclUser, Password>(AclUser.class);
        for (var user : AclUser.values()) {
            if (user.hasPassword()) {
                passwords.put(user, storedOrNew(stored.get(user.userName()), generator));
            }
        }
        return new Credentials(passwords);
    }

    /** The password of {@code user}, which must be one that has a password. */
    public Password of(AclUser user) {
        var password = passwords.get(user);
        if (password == null) {
            throw new IllegalArgumentException("ACL user " + user.userName() + " has no password");
        }
        return password;
    }

    /** The plain passwords keyed by user name: the content of the credentials Secret. */
    public Map<String, String> plain() {
        var plain = new TreeMap<String, String>();
        passwords.forEach((user, password) -> plain.put(user.userName(), password.plain()));
        return plain;
    }

    private static Password storedOrNew(@Nullable String stored, PasswordGenerator generator) {
        return stored == null || stored.isBlank() ? generator.password() : new Password(stored);
    }
}
