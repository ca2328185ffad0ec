package dev.redoubt.cache.redis;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a link at one moment.
 *
 * @param failure why it cannot be used; null = it can
 * @param writesRefused why it takes no writes, though it can be read from; null = it does, or cannot be used at all
 * @param since since when that is so
 * @param endpoint where it leads, as far as known
 * @param server name and version of the server that answered last, such as {@code redis 8.0.2}
 */
public record LinkView(
        @Nullable LinkFailure failure,
        @Nullable LinkFailure writesRefused,
        Instant since,
        @Nullable RedisEndpoint endpoint,
        @Nullable String server) {

    /** Whether the link can be used. */
    public boolean up() {
        return failure == null;
    }
}
