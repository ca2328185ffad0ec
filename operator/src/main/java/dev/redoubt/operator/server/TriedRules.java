package dev.redoubt.operator.server;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a running server made of the rules of a user that does not exist yet.
 *
 * @param refusal the words with which it refused them; empty if it took them
 * @param allowed what such a user could run, of the commands that it must not
 * @param rights as the server writes them; empty if it refused them
 */
public record TriedRules(Optional<String> refusal, Set<String> allowed, Optional<UserRights> rights) {
    public TriedRules {
        allowed = Set.copyOf(allowed);
    }

    /** Whether the server takes the rules, and such a user could run nothing that it must not. */
    public boolean areHarmless() {
        return refusal.isEmpty() && allowed.isEmpty();
    }

    /** What speaks against such a user. */
    public String objection() {
        return refusal.map(words -> "the server refuses its rules: " + words)
                .orElseGet(() -> "the server would let it run " + String.join(", ", new TreeSet<>(allowed)));
    }
}
