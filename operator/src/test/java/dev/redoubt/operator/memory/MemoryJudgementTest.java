package dev.redoubt.operator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MemoryJudgementTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final int USUAL = 10;
    private static final long MEBIBYTE = 1L << 20;

    @ParameterizedTest
    @EnumSource(MemoryState.class)
    void beforeTheFirstLookNothingIsKnown(MemoryState said) {
        assertThat(MemoryJudgement.before(said).state()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "false,  94, HEALTHY",
        "false,  95, FULL",
        "false, 101, FULL",
        "true,  101, HEALTHY",
    })
    void whatCannotBeEvictedIsFull(boolean evictable, long percent, MemoryState state) {
        assertThat(after(filled(evictable, percent))).isEqualTo(state);
    }

    @Test
    void withoutABoundNothingIsFull() {
        assertThat(after(new MemoryFigures(MEBIBYTE, 0, false, MEBIBYTE, MEBIBYTE, 0)))
                .isEqualTo(MemoryState.HEALTHY);
    }

    @Test
    void fullEndsWellBelowWhereItBegins() {
        assertThat(after(filled(false, 95), filled(false, 94), filled(false, 90)))
                .isEqualTo(MemoryState.FULL);
        assertThat(after(filled(false, 95), filled(false, 89))).isEqualTo(MemoryState.HEALTHY);
        assertThat(after(filled(false, 89), filled(false, 94))).isEqualTo(MemoryState.HEALTHY);
    }

    @Test
    void whatCanBeEvictedEndsItAtOnce() {
        assertThat(after(filled(false, 100), filled(true, 100))).isEqualTo(MemoryState.HEALTHY);
    }

    @Test
    void theRateOfEvictionsCounts() {
        assertThat(after(evicted(1_000_000))).isEqualTo(MemoryState.HEALTHY);
        assertThat(after(evicted(0), evicted(100))).isEqualTo(MemoryState.HEALTHY);
        assertThat(after(evicted(0), evicted(101))).isEqualTo(MemoryState.EVICTING);
    }

    @Test
    void evictingEndsAfterSeveralCalmLooks() {
        var looks = List.of(0L, 500L, 500L, 500L, 500L).stream()
                .map(count -> evicted(count))
                .toList();

        assertThat(after(looks.subList(0, 4))).isEqualTo(MemoryState.EVICTING);
        assertThat(after(looks)).isEqualTo(MemoryState.HEALTHY);
    }

    /** One calm look between two storms is no end. */
    @Test
    void aStormInBetweenBeginsTheCountAnew() {
        var looks = List.of(0L, 500L, 500L, 500L, 1_000L, 1_000L, 1_000L).stream()
                .map(count -> evicted(count))
                .toList();

        assertThat(after(looks)).isEqualTo(MemoryState.EVICTING);
    }

    @Test
    void aProcessThatStartedAgainCountsFromNought() {
        assertThat(after(evicted(1_000_000), evicted(5))).isEqualTo(MemoryState.HEALTHY);
        assertThat(after(evicted(1_000_000), evicted(500))).isEqualTo(MemoryState.EVICTING);
    }

    /** Two answers in a moment: a single key would be a storm. */
    @Test
    void aRateOverAMomentIsNone() {
        var first = MemoryJudgement.before(MemoryState.HEALTHY).next(evicted(0), NOW, USUAL);

        assertThat(first.next(evicted(5), NOW.plusMillis(100), USUAL)).isEqualTo(first);
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 1499, HEALTHY",
        "1000, 1500, FRAGMENTED",
        "1000, 1200, HEALTHY",
        "  10,  109, HEALTHY",
        "  10,  110, FRAGMENTED",
    })
    void fragmentedIsMuchAndManyTimes(long used, long resident, MemoryState state) {
        assertThat(after(held(used, resident))).isEqualTo(state);
    }

    @Test
    void fragmentedEndsWellBelowWhereItBegins() {
        assertThat(after(held(1000, 1500), held(1000, 1300))).isEqualTo(MemoryState.FRAGMENTED);
        assertThat(after(held(1000, 1500), held(1000, 1299))).isEqualTo(MemoryState.HEALTHY);
        assertThat(after(held(100, 200), held(100, 180))).isEqualTo(MemoryState.FRAGMENTED);
        assertThat(after(held(100, 200), held(100, 179))).isEqualTo(MemoryState.HEALTHY);
    }

    @Test
    void whatRefusesWritesIsSaidFirst() {
        var both = new MemoryFigures(95, 100, false, 100 * MEBIBYTE, 300 * MEBIBYTE, 0);

        assertThat(after(both)).isEqualTo(MemoryState.FULL);
    }

    /** The restart of the operator is no news: what was found goes on under the bounds at which it ends. */
    @Test
    void aNewOperatorGoesOnFromWhatWasSaid() {
        assertThat(MemoryJudgement.before(MemoryState.FULL)
                        .next(filled(false, 91), NOW, USUAL)
                        .state())
                .hasValue(MemoryState.FULL);
        assertThat(MemoryJudgement.before(MemoryState.EVICTING)
                        .next(evicted(7), NOW, USUAL)
                        .state())
                .hasValue(MemoryState.EVICTING);
        assertThat(MemoryJudgement.before(MemoryState.FRAGMENTED)
                        .next(held(1000, 1400), NOW, USUAL)
                        .state())
                .hasValue(MemoryState.FRAGMENTED);
        assertThat(MemoryJudgement.before(MemoryState.UNKNOWN)
                        .next(held(1000, 1400), NOW, USUAL)
                        .state())
                .hasValue(MemoryState.HEALTHY);
    }

    @Test
    void theFiguresAreReadFromTheServersLines() {
        var lines = new HashMap<>(Map.of(
                "used_memory", "1000",
                "mem_not_counted_for_evict", "100",
                "maxmemory", "2000",
                "maxmemory_policy", "noeviction",
                "used_memory_rss", "3000",
                "evicted_keys", "7"));

        assertThat(MemoryFigures.parse(lines)).hasValue(new MemoryFigures(900, 2000, false, 1000, 3000, 7));
        lines.remove("evicted_keys");
        assertThat(MemoryFigures.parse(lines)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "noeviction   | keys=9,expires=9,avg_ttl=1  | false",
                "allkeys-lru  | keys=9,expires=0,avg_ttl=0  | true",
                "volatile-ttl | keys=9,expires=0,avg_ttl=0  | false",
                "volatile-lru | keys=9,expires=1,avg_ttl=5  | true",
                "volatile-lru | keys=9,expires=10,avg_ttl=5,subexpiry=0 | true",
                "volatile-lru | keys=9,expires=0,avg_ttl=0,subexpiry=5  | false",
            })
    void aPolicyEvictsOnlyWhatIsThere(String policy, String keyspace, boolean evictable) {
        var lines = Map.of(
                "used_memory", "1",
                "mem_not_counted_for_evict", "0",
                "maxmemory", "1",
                "maxmemory_policy", policy,
                "used_memory_rss", "1",
                "evicted_keys", "0",
                "db0", keyspace);

        assertThat(MemoryFigures.parse(lines))
                .hasValueSatisfying(figures -> assertThat(figures.evictable()).isEqualTo(evictable));
    }

    private static MemoryState after(MemoryFigures... looks) {
        return after(List.of(looks));
    }

    private static MemoryState after(List<MemoryFigures> looks) {
        var judgement = MemoryJudgement.before(MemoryState.UNKNOWN);
        var now = NOW;
        for (var figures : looks) {
            judgement = judgement.next(figures, now, USUAL);
            now = now.plus(INTERVAL);
        }
        return judgement.state().orElseThrow();
    }

    private static MemoryFigures filled(boolean evictable, long percent) {
        return new MemoryFigures(percent * MEBIBYTE, 100 * MEBIBYTE, evictable, percent * MEBIBYTE, 0, 0);
    }

    private static MemoryFigures evicted(long count) {
        return new MemoryFigures(100 * MEBIBYTE, 100 * MEBIBYTE, true, 100 * MEBIBYTE, 0, count);
    }

    /** In MiB. */
    private static MemoryFigures held(long used, long resident) {
        return new MemoryFigures(0, 100 * MEBIBYTE, true, used * MEBIBYTE, resident * MEBIBYTE, 0);
    }
}
