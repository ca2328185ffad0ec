package dev.redoubt.cache.region;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A named cache.
 *
 * @param index its place in the configuration: grants and meters are arrays over it
 * @param name a DNS label
 * @param ttl how long a value lives when its writer says nothing, and at most
 * @param keyPrefix what the Redis key of each value in this region starts with; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
public record Region(int index, String name, Duration ttl, byte[] keyPrefix) {

    public Region(int index, String name, Duration ttl) {
        this(index, name, ttl, ("redoubt:c:" + name + ":").getBytes(StandardCharsets.UTF_8));
    }
}
