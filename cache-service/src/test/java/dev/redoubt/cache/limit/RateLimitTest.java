package dev.redoubt.cache.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitTest {

    private static final RateLimit WEBSOCKET = limit(100, Duration.ofSeconds(60));

    @Test
    void countsInWholeUnits() {
        assertThat(WEBSOCKET.rate()).isEqualTo(1);
        assertThat(WEBSOCKET.unit()).isEqualTo(600);
        assertThat(WEBSOCKET.full()).isEqualTo(60_000);
    }

    /** A full bucket takes exactly its period to fill, and the largest level that can be computed is exact in a double. */
    @ParameterizedTest
    @CsvSource({"1,1", "7,1000", "100,60000", "999983,2678400000", "1000000,2678400000", "3,10"})
    void refillsInItsPeriodAndStaysExact(long capacity, long millis) {
        RateLimit limit = limit(capacity, Duration.ofMillis(millis));
        assertThat(limit.rate() * millis).isEqualTo(limit.full());
        assertThat(2 * limit.full()).isLessThan(1L << 53);
    }

    @Test
    void saysWhenToComeBack() {
        // 599 units: the next millisecond completes a token.
        assertThat(WEBSOCKET.verdict(false, 599, 1)).isEqualTo(new Verdict(false, 0, 59_401, 1, Verdict.Source.redis));
        assertThat(WEBSOCKET.verdict(false, 0, 100))
                .isEqualTo(new Verdict(false, 0, 60_000, 60_000, Verdict.Source.redis));
        assertThat(WEBSOCKET.verdict(true, 59_400, 1)).isEqualTo(new Verdict(true, 99, 600, 0, Verdict.Source.redis));
        RateLimit uneven = limit(7, Duration.ofSeconds(1));
        assertThat(uneven.verdict(false, 0, 1).retryAfterMillis()).isEqualTo(143);
    }

    @Test
    void namesTheDefinitionInTheKey() {
        assertThat(new String(WEBSOCKET.key("a b".getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8))
                .isEqualTo("redoubt:l:it:100/60000:a b");
    }

    static RateLimit limit(long capacity, Duration period) {
        return RateLimit.of(0, "it", capacity, period, RateLimit.WhenUnavailable.Local);
    }
}
