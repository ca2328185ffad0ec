package dev.redoubt.operator.acl;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One user of a server, as its ACL file declares it. Holds no password, only hashes; several while a password is replaced, each of which
 * logs in.
 *
 * @param login how, if at all
 * @param hashes SHA-256 of its passwords, in hexadecimal; at least one for {@link Login#PASSWORD}, none otherwise
 * @param rules keys, channels and commands, as an ACL file writes them
 */
public record ServerUser(String name, Login login, SortedSet<String> hashes, String rules) {
    /** How a user logs in. */
    public enum Login {
        /** Not at all. */
        OFF,
        /** With one of its passwords. */
        PASSWORD,
        /** With any password. */
        NO_PASSWORD
    }

    public ServerUser {
        hashes = Collections.unmodifiableSortedSet(new TreeSet<>(hashes));
        if (hashes.isEmpty() == (login == Login.PASSWORD)) {
            throw new IllegalArgumentException(
                    "User " + name + " logs in by " + login + " and has " + hashes.size() + " passwords");
        }
    }

    /** A user that logs in with any of the passwords of these {@code hashes}. */
    public static ServerUser withPasswords(String name, Collection<String> hashes, String rules) {
        return new ServerUser(name, Login.PASSWORD, new TreeSet<>(hashes), rules);
    }

    /** Whether it may log in. */
    public boolean isOn() {
        return login != Login.OFF;
    }

    /** What follows the name in an ACL file, and in ACL SETUSER after {@code reset}: the same user gives the same words. */
    public String definition() {
        return "%s sanitize-payload %s %s".formatted(isOn() ? "on" : "off", credentials(), rules);
    }

    private String credentials() {
        return switch (login) {
            case OFF -> "resetpass";
            case NO_PASSWORD -> "nopass";
            case PASSWORD -> "#" + String.join(" #", hashes);
        };
    }
}
