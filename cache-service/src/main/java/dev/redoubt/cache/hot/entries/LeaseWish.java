package dev.redoubt.cache.hot.entries;

import java.time.Duration;

/**
 * What a client wants on a miss: to load the value as the only one ({@code lease}), or to wait for whoever does ({@code wait}).
 *
 * @param lease how long it needs at most
 * @param patience ({@code wait}) how long it has time; zero = none
 */
record LeaseWish(Duration lease, Duration patience) {

    static final Duration LONGEST_LEASE = Duration.ofMinutes(1);
    static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
}
