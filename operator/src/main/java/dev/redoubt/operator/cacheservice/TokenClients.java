package dev.redoubt.operator.cacheservice;

import dev.redoubt.operator.issuer.IssuerKeys;
import java.util.List;
import java.util.Optional;

/**
 * The clients that are known by their ServiceAccount, and what it takes to verify their tokens.
 *
 * @param audience that their tokens must have
 * @param accounts in the order of the specification
 * @param keys empty while they are not known: then none of these clients is let in
 */
public record TokenClients(String audience, List<Account> accounts, Optional<IssuerKeys> keys) {
    public TokenClients {
        accounts = List.copyOf(accounts);
    }

    /**
     * One of them.
     *
     * @param secret the Secret with what it needs to call the service
     */
    public record Account(
            String client,
            String namespace,
            String serviceAccount,
            String secret,
            List<String> read,
            List<String> write,
            List<String> limit) {}

    /** Those that can be let in. */
    List<Account> verifiable() {
        return keys.isPresent() ? accounts : List.of();
    }

    /** The keys, where somebody needs them. */
    Optional<IssuerKeys> needed() {
        return accounts.isEmpty() ? Optional.empty() : keys;
    }
}
