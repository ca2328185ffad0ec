package dev.redoubt.operator.acl;

import dev.redoubt.operator.credentials.Password;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The password of each ACL user that has one. Prints no password.
 *
 * @param passwords those that clients are given
 * @param others those that log in too: while passwords are replaced, the next or the previous ones
 */
public record Credentials(Map<AclUser, Password> passwords, Map<AclUser, Password> others) {
    public Credentials {
        passwords = copy(passwords);
        others = copy(others);
    }

    /** One password each. */
    public Credentials(Map<AclUser, Password> passwords) {
        this(passwords, Map.of());
    }

    private static Map<AclUser, Password> copy(Map<AclUser, Password> passwords) {
        var copy = new EnumMap<AclUser, Password>(AclUser.class);
        copy.putAll(passwords);
        return Collections.unmodifiableMap(copy);
    }

    /** The password of {@code user} that clients are given; the user must be one that has a password. */
    public Password of(AclUser user) {
        var password = passwords.get(user);
        if (password == null) {
            throw new IllegalArgumentException("ACL user " + user.userName() + " has no password");
        }
        return password;
    }

    /** Every password that {@code user} logs in with, the one that clients are given first. */
    public List<Password> allOf(AclUser user) {
        return Stream.concat(Stream.of(of(user)), Optional.ofNullable(others.get(user)).stream())
                .toList();
    }

    /** Every built-in user, as a server has to have it. */
    public List<ServerUser> users() {
        return Arrays.stream(AclUser.values())
                .map(user -> user.withHashes(user.hasPassword() ? hashes(user) : Set.of()))
                .toList();
    }

    private Set<String> hashes(AclUser user) {
        return allOf(user).stream().map(Password::sha256).collect(Collectors.toSet());
    }
}
