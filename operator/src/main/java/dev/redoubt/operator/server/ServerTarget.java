package dev.redoubt.operator.server;

import dev.redoubt.operator.certificates.KeyedCertificate;
import dev.redoubt.operator.credentials.Password;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * How to reach one server and how to know that it is the right one.
 *
 * @param host the name that its certificate has to carry
 * @param address the pod's address under the name {@code host}: dialled as it is, so that neither DNS nor a Service stands
 *     between
 * @param user the ACL user to log in as
 * @param passwords at least one; each is tried, in this order, until one is accepted: a server that has just started may know an older or
 *     a newer one
 * @param authorityPem the only authorities that are trusted
 * @param certificate what the operator presents, if the server wants it to
 */
public record ServerTarget(
        String host,
        InetAddress address,
        int port,
        String user,
        List<Password> passwords,
        String authorityPem,
        Optional<KeyedCertificate> certificate) {
    public ServerTarget {
        passwords = List.copyOf(passwords);
    }

    /** Whether {@code other} is this server, whatever opens its door: a connection that there is stays. */
    boolean isSameServer(ServerTarget other) {
        return host.equals(other.host)
                && address.equals(other.address)
                && port == other.port
                && user.equals(other.user);
    }

    /** The same server, to which the operator presents {@code other}, or nothing. */
    ServerTarget presenting(Optional<KeyedCertificate> other) {
        return new ServerTarget(host, address, port, user, passwords, authorityPem, other);
    }
}
