package dev.redoubt.cache.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
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

    /** The one with the buckets of the rate limits. */
    public RedisLink limits() {
        return state == null ? redis : state;
    }

    public void start() {
        all().forEach(RedisLink::start);
    }

    /** Done once it is known of each link whether it is up. Never fails. */
    public CompletableFuture<Void> settled() {
        return CompletableFuture.allOf(all().stream().map(RedisLink::settled).toArray(CompletableFuture[]::new));
    }

    public void close() {
        all().forEach(RedisLink::close);
    }
}
