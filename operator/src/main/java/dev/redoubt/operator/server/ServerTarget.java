package dev.redoubt.operator.server;

import dev.redoubt.operator.credentials.Password;
import java.net.InetAddress;

/**
 * How to reach one server and how to know that it is the right one.
 *
 * @param host the name that its certificate has to carry
 * @param address the pod's address under the name {@code host}: dialled as it is, so that neither DNS nor a Service stands
 *     between
 * @param user the ACL user to log in as
 * @param authorityPem the only authority that is trusted
 */
public record ServerTarget(
        String host, InetAddress address, int port, String user, Password password, String authorityPem) {}
