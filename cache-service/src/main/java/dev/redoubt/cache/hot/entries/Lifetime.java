package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.config.Durations;
import dev.redoubt.cache.region.Region;
import dev.redoubt.cache.region.StoredValue;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long a value lives.
 *
 * @param ttlMillis how long it is fresh
 * @param keepMillis how long Redis keeps it
 */
record Lifetime(long ttlMillis, long keepMillis) {

    /**
     * What the region makes of a wish.
     *
     * @param asked as it was written; null = no wish
     * @throws IllegalArgumentException saying what is wrong with the wish
     */
    static Lifetime of(Region region, @Nullable String asked, RandomGenerator random) {
        Duration ttl = asked == null ? region.ttl() : Durations.parse(asked);
        if (ttl.isZero() || ttl.compareTo(region.maxTtl()) > 0) {
            throw new IllegalArgumentException("is out of bounds: region " + region.name() + " keeps values up to "
                    + Durations.print(region.maxTtl()));
        }
        long millis = StoredValue.millis(ttl);
        long most = millis * region.jitterPercent() / 100;
        long fresh = most == 0 ? millis : Math.max(1, millis - random.nextLong(most + 1));
        return new Lifetime(fresh, fresh + region.staleFor().toMillis());
    }
}
