package dev.redoubt.operator.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Since when something has been seen as it is. */
class FirstSightsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final FirstSights sights = new FirstSights(2);

    @Test
    void countsFromTheFirstLookThatSawWhatEveryLookSinceHas() {
        assertThat(sights.since("orders", Set.of("old"), at(0))).isEqualTo(at(0));
        assertThat(sights.since("orders", Set.of("old", "new"), at(10))).isEqualTo(at(10));
        assertThat(sights.since("carts", Set.of("old", "new"), at(15))).isEqualTo(at(15));
        assertThat(sights.since("orders", Set.of("new", "old"), at(20))).isEqualTo(at(10));
        assertThat(sights.since("orders", Set.of("old"), at(30))).isEqualTo(at(30));
        assertThat(sights.since("orders", Set.of("old", "new"), at(40))).isEqualTo(at(40));
    }

    @Test
    void forgetsTheLongestUnseenFirst() {
        sights.since("orders", "seen", at(0));
        sights.since("carts", "seen", at(1));
        sights.since("orders", "seen", at(2));
        sights.since("prices", "seen", at(3));

        assertThat(sights.since("orders", "seen", at(4))).isEqualTo(at(0));
        assertThat(sights.since("carts", "seen", at(5))).isEqualTo(at(5));
    }

    private static Instant at(long second) {
        return START.plusSeconds(second);
    }
}
