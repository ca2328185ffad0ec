package dev.redoubt.cache.access;

import dev.redoubt.cache.config.ConfigException;
import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.limit.RateLimits;
import dev.redoubt.cache.region.Regions;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what, at one moment: a change of the configuration makes a new one, and with it everything that was proven before has to
 * be proven again. It is equal to nothing but itself.
 */
public final class Access {

    private final Clients clients;
    private final @Nullable Tokens tokens;

    /** @param tokens absent when the configuration does not say how tokens are verified */
    public Access(Clients clients, @Nullable Tokens tokens) {
        this.clients = clients;
        this.tokens = tokens;
    }

    /**
     * Reads the keys and hashes that the configuration names.
     *
     * @param counts of the tokens that are remembered, over all configurations
     * @throws ConfigException if one of them cannot be read, or two clients are one
     */
    public static Access of(
            ServiceConfig config, Regions regions, RateLimits limits, InstantSource clock, TokenCounts counts) {
        Clients clients = Clients.of(config.clients(), regions, limits);
        ServiceConfig.Tokens tokens = config.tokens();
        return new Access(clients, tokens == null ? null : Tokens.of(tokens, clock, counts));
    }

    public Clients clients() {
        return clients;
    }

    public @Nullable Tokens tokens() {
        return tokens;
    }
}
