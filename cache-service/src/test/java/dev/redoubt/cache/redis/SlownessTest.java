package dev.redoubt.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SlownessTest {

    private static final long START = TimeUnit.SECONDS.toNanos(1000);

    private final Slowness slowness = new Slowness();

    @Test
    void wantsTenCommandsAndHalfOfThemLate() {
        late(START, 9);
        assertThat(slowness.tooSlow(START)).isFalse();
        late(START, 1);
        assertThat(slowness.tooSlow(START)).isTrue();
        inTime(START, 10);
        assertThat(slowness.tooSlow(START)).isTrue();
        inTime(START, 1);
        assertThat(slowness.tooSlow(START)).isFalse();
    }

    @Test
    void remembersTheLastSecondAndTheOneBefore() {
        late(START, 10);
        assertThat(slowness.tooSlow(START + millis(1500))).isTrue();
        assertThat(slowness.tooSlow(START + millis(3600))).isFalse();
    }

    @Test
    void anOldSecondDoesNotHideANewTrouble() {
        inTime(START, 100_000);
        late(START + millis(2500), 10);
        assertThat(slowness.tooSlow(START + millis(2500))).isTrue();
    }

    @Test
    void forgets() {
        late(START, 100);
        slowness.forget();
        assertThat(slowness.tooSlow(START)).isFalse();
    }

    private void late(long now, int times) {
        for (int i = 0; i < times; i++) {
            slowness.late(now);
        }
    }

    private void inTime(long now, int times) {
        for (int i = 0; i < times; i++) {
            slowness.inTime(now);
        }
    }

    private static long millis(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
