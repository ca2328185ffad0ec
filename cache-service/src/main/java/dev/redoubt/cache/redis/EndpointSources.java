package dev.redoubt.cache.redis;

import dev.redoubt.cache.config.ServiceConfig;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the service's Redis are.
 *
 * @param redis the one of the caches
 * @param state the one for what must not be evicted; null = there is none
 */
public record EndpointSources(
        EndpointSource redis, @Nullable EndpointSource state) {

    /**
     * What configuration and environment variables say.
     *
     * @throws dev.redoubt.cache.config.ConfigException if they say nothing, or two things
     */
    public static EndpointSources of(ServiceConfig config, Map<String, String> environment) {
        ServiceConfig.Redis state = config.state();
        return new EndpointSources(
                EndpointSource.of("redis", config.redis(), "REDIS_URL", environment),
                state == null ? null : EndpointSource.of("state", state, "STATE_REDIS_URL", environment));
    }
}
