package dev.redoubt.cache.hot;

import dev.redoubt.cache.access.Access;
import dev.redoubt.cache.access.TokenCounts;
import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.limit.RateLimits;
import dev.redoubt.cache.region.Regions;
import java.time.InstantSource;

/**
 * The part of a configuration that is about requests, checked and with its files read: what may change while the service runs.
 *
 * @param regions the named caches
 * @param limits the rate limits
 * @param access who may do what with these regions and limits: grants are by their index
 */
public record Rules(Regions regions, RateLimits limits, Access access) {

    /**
     * The rules that {@code config} has.
     *
     * @param body bytes of the largest value where a region says nothing: that the service has started with, for all connections
     * @param counts of the tokens that are remembered, over all configurations
     * @throws dev.redoubt.cache.config.ConfigException if they contradict each other, or one of their files cannot be read
     */
    public static Rules of(ServiceConfig config, int body, InstantSource clock, TokenCounts counts) {
        Regions regions = Regions.of(config.regions(), body);
        RateLimits limits = RateLimits.of(config.rateLimits());
        return new Rules(regions, limits, Access.of(config, regions, limits, clock, counts));
    }
}
