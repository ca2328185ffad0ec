package dev.redoubt.operator.certificates;

import java.util.List;
import java.util.Set;

/**
 * What certificates are for.
 *
 * @param name of the resource
 * @param names every name that somebody may dial; a certificate of the operator has all of them
 * @param needed those of {@code names} that a certificate that was given must have, or nobody could connect
 * @param clients the users that get a certificate of their own to present; empty if clients need none
 */
public record Subject(String name, String namespace, ServerNames names, List<String> needed, Set<String> clients) {
    public Subject {
        needed = List.copyOf(needed);
        clients = Set.copyOf(clients);
    }
}
