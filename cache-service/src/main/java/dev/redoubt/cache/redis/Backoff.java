package dev.redoubt.cache.redis;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** The pauses between attempts to connect: doubling, bounded, and drawn at random so that replicas do not come back in step. */
final class Backoff {

    private final long min;
    private final long max;
    private final RandomGenerator random;
    private long ceiling;

    Backoff(Duration min, Duration max, RandomGenerator random) {
        this.min = min.toMillis();
        this.max = max.toMillis();
        this.random = random;
        this.ceiling = this.min;
    }

    /** The next pause in milliseconds: between half of the ceiling and the ceiling, which then doubles. */
    long next() {
        long pause = random.nextLong(ceiling / 2, ceiling + 1);
        ceiling = Math.min(max, ceiling * 2);
        return pause;
    }

    /** To be called when a connection stands. */
    void reset() {
        ceiling = min;
    }
}
