package dev.redoubt.operator.acl;

import java.util.List;
import java.util.stream.Collectors;

/** The ACL file of a server: a line per user, passwords only as SHA-256. */
public final class AclFile {
    private AclFile() {}

    /** The file's text for {@code users}, one line each in their order, ending in a newline. */
    public static String render(List<ServerUser> users) {
        return users.stream()
                .map(user -> "user " + user.name() + " " + user.definition() + "\n")
                .collect(Collectors.joining());
    }
}
