package dev.redoubt.cache.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The links of the service. They fail independently.
 *
 * @param redis to the Redis of the caches
 * @param state to the Redis for what must not be evicted; null = there is none
 */
public record RedisLinks(RedisLink redis, @Nullable RedisLink state) {

    /** Those that there are. */
    public List<RedisLink> all() {
        return state == null ? List.of(redis) : List.of(redis, state);
    }

    public void start() {
        all().forEach(RedisLink::start);
    }

    public void close() {
        all().forEach(RedisLink::close);
    }
}
