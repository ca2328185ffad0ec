package dev.redoubt.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void doublesIsBoundedAndIsDrawnAtRandom() {
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofMillis(700), new Random(1));
        for (long ceiling : new long[] {100, 200, 400, 700, 700, 700}) {
            assertThat(backoff.next()).isBetween(ceiling / 2, ceiling);
        }
        backoff.reset();
        assertThat(backoff.next()).isBetween(50L, 100L);
    }
}
