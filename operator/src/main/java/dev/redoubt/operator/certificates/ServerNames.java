package dev.redoubt.operator.certificates;

import java.util.List;

/**
 * The names that a server certificate is valid for.
 *
 * @param dns host names, sorted, each once
 * @param addresses IP addresses, sorted, each once
 */
public record ServerNames(List<String> dns, List<String> addresses) {
    public ServerNames {
        dns = dns.stream().distinct().sorted().toList();
        addresses = addresses.stream().distinct().sorted().toList();
    }
}
