package dev.redoubt.operator.acl;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The ACL file of a server: a line per user, passwords only as SHA-256. */
public final class AclFile {
    private AclFile() {}

    /** The file's text for {@code credentials}, one line per {@link AclUser}, ending in a newline. */
    public static String render(Credentials credentials) {
        return Arrays.stream(AclUser.values())
                        .map(user -> line(user, credentials))
                        .collect(Collectors.joining("\n"))
                + "\n";
    }

    private static String line(AclUser user, Credentials credentials) {
        return "user " + user.userName() + " " + definition(user, credentials);
    }

    /** What follows the user's name in the file, and in ACL SETUSER after {@code reset}. */
    public static String definition(AclUser user, Credentials credentials) {
        return "%s sanitize-payload %s %s"
                .formatted(user.isOn() ? "on" : "off", login(user, credentials), user.rules());
    }

    private static String login(AclUser user, Credentials credentials) {
        if (user.hasPassword()) {
            return "#" + credentials.of(user).sha256();
        }
        return user.isOn() ? "nopass" : "resetpass";
    }
}
