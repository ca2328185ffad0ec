package dev.redoubt.operator.server;

import dev.redoubt.operator.credentials.Password;
import java.net.InetAddress;
import java.util.List;

/**
 * How to reach one server and how to know that it is the right one.
 *
 * @param host the name that its certificate has to carry
 * @param address the pod's address under the name {@code host}: dialled as it is, so that neither DNS nor a Service stands
 *     between
 * @param user the ACL user to log in as
 * @param passwords at least one; each is tried, in this order, until one is accepted: a server that has just started may know an older or
 *     a newer one
 * @param authorityPem the only authority that is trusted
 */
public record ServerTarget(
        String host, InetAddress address, int port, String user, List<Password> passwords, String authorityPem) {
    public ServerTarget {
        passwords = List.copyOf(passwords);
    }

    /** Whether {@code other} is this server, whatever the passwords: a connection that there is stays logged in. */
    boolean isSameServer(ServerTarget other) {
        return equals(
                new ServerTarget(other.host, other.address, other.port, other.user, passwords, other.authorityPem));
    }
}
