package dev.redoubt.cache.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LocalBucketsTest {

    private static final RateLimit LIMIT = RateLimitTest.limit(100, Duration.ofDays(1));
    private static final byte[] CLIENT = "client".getBytes(StandardCharsets.UTF_8);

    private final LocalBuckets buckets = new LocalBuckets(10);

    @Test
    void allowsTheShareOfOneReplica() {
        for (int i = 0; i < 33; i++) {
            Verdict verdict = buckets.take(LIMIT, CLIENT, 1, 3);
            assertThat(verdict.allowed()).isTrue();
            assertThat(verdict.remaining()).isEqualTo(32 - i);
            assertThat(verdict.source()).isEqualTo(Verdict.Source.local);
        }
        Verdict refused = buckets.take(LIMIT, CLIENT, 1, 3);
        assertThat(refused.allowed()).isFalse();
        // 100 tokens a day are 33.3 for one of three: one each 43 minutes.
        assertThat(Duration.ofMillis(refused.retryAfterMillis()))
                .isBetween(Duration.ofMinutes(40), Duration.ofSeconds(2592));
        assertThat(buckets.peek(LIMIT, CLIENT, 3).allowed()).isFalse();
    }

    @Test
    void saysThatACostIsMoreThanItsShare() {
        assertThat(buckets.take(LIMIT, CLIENT, 34, 3)).isNull();
        assertThat(buckets.take(LIMIT, CLIENT, 33, 3).allowed()).isTrue();
    }

    @Test
    void leavesOneTokenHoweverManyReplicas() {
        RateLimit small = RateLimitTest.limit(2, Duration.ofDays(1));
        assertThat(buckets.take(small, CLIENT, 1, 5).allowed()).isTrue();
        assertThat(buckets.take(small, CLIENT, 1, 5).allowed()).isFalse();
    }

    @Test
    void forgetsOnDemand() {
        buckets.take(LIMIT, CLIENT, 33, 3);
        buckets.reset(LIMIT, CLIENT);
        assertThat(buckets.peek(LIMIT, CLIENT, 3).remaining()).isEqualTo(33);
        buckets.clear();
        assertThat(buckets.size()).isZero();
    }

    @Test
    void keepsNoMoreThanItMay() {
        for (int i = 0; i < 1000; i++) {
            buckets.take(LIMIT, new byte[] {(byte) (i >> 8), (byte) i}, 1, 1);
        }
        assertThat(buckets.size()).isLessThanOrEqualTo(10);
        assertThat(buckets.evictions()).isEqualTo(990);
    }
}
