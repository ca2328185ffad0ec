package dev.redoubt.operator.cacheservice;

import dev.redoubt.operator.issuer.IssuerKeys;
import dev.redoubt.operator.issuer.IssuerWatch;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether the service can verify the tokens of its clients. */
final class TokenCondition {
    private TokenCondition() {}

    /** The condition; empty where no client is known by its ServiceAccount. */
    static Optional<Condition> of(
            TokenClients tokens, IssuerWatch.State issuer, List<Condition> previous, long generation, Instant now) {
        if (tokens.accounts().isEmpty()) {
            return Optional.empty();
        }
        var published = tokens.keys().map(TokenCondition::published).orElse("");
        var told = issuer.problem().isEmpty();
        var status = told ? "True" : published.isEmpty() ? "False" : "Unknown";
        var reason = told ? Reason.TokenKeysPublished : Reason.TokenKeysUnreadable;
        var names = tokens.accounts().stream().map(TokenClients.Account::client).collect(Collectors.joining(", "));
        var message = told
                ? published + " The audience of tokens is %s.".formatted(tokens.audience())
                : published.isEmpty()
                        ? "Not let in: %s. The keys of ServiceAccount tokens are not known: %s"
                                .formatted(names, issuer.problem())
                        : published + " They may be old: " + issuer.problem();
        return Optional.of(
                Conditions.of(Conditions.TOKENS_VERIFIABLE, status, reason, message, previous, generation, now));
    }

    private static String published(IssuerKeys keys) {
        return "%d keys of %s are published to the service."
                .formatted(keys.keys().size(), keys.issuer());
    }
}
