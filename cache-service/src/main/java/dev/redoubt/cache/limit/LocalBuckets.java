package dev.redoubt.cache.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The buckets of this replica, for the time in which Redis cannot be asked. Each holds the replica's share of the policy: capacity
 * and refill divided by the number of live replicas, but one token at least. Their number is bounded: when there are more clients
 * than that, those that are seldom seen lose their bucket and begin with a full one. From any thread.
 */
public final class LocalBuckets {

    private final Cache<Key, Share> buckets;

    /** @param most buckets that are kept */
    public LocalBuckets(long most) {
        // Housekeeping happens where the bucket is asked for: it is short, and needs no threads of its own.
        this.buckets = Caffeine.newBuilder()
                .maximumSize(most)
                .executor(Runnable::run)
                .recordStats()
                .build();
    }

    /**
     * Takes tokens from a client's bucket.
     *
     * @param replicas live replicas, 1 at least; a bucket that was made for another number is made anew
     * @return null when the share is smaller than the cost: this replica will never be able to say yes
     */
    public @Nullable Verdict take(RateLimit limit, byte[] client, long cost, int replicas) {
        Share share = share(limit, client, replicas);
        if (cost > share.capacity) {
            return null;
        }
        ConsumptionProbe probe = share.bucket.tryConsumeAndReturnRemaining(cost);
        return new Verdict(
                probe.isConsumed(),
                probe.getRemainingTokens(),
                millis(probe.getNanosToWaitForReset()),
                millis(probe.getNanosToWaitForRefill()),
                Verdict.Source.local);
    }

    /** Looks into a client's bucket. */
    public Verdict peek(RateLimit limit, byte[] client, int replicas) {
        Share share = share(limit, client, replicas);
        long remaining = share.bucket.getAvailableTokens();
        var probe = share.bucket.estimateAbilityToConsume(1);
        var whole = share.bucket.estimateAbilityToConsume(share.capacity);
        return new Verdict(
                probe.canBeConsumed(),
                remaining,
                millis(whole.getNanosToWaitForRefill()),
                millis(probe.getNanosToWaitForRefill()),
                Verdict.Source.local);
    }

    /** Forgets a client's bucket. */
    public void reset(RateLimit limit, byte[] client) {
        buckets.invalidate(key(limit, client));
    }

    /** Forgets all of them: Redis decides again. */
    public void clear() {
        buckets.invalidateAll();
    }

    /** How many there are. */
    public long size() {
        return buckets.estimatedSize();
    }

    /** How many were forgotten because there were too many. */
    public long evictions() {
        return buckets.stats().evictionCount();
    }

    private Share share(RateLimit limit, byte[] client, int replicas) {
        Share share = buckets.asMap()
                .compute(
                        key(limit, client),
                        (_, known) -> known != null && known.replicas == replicas ? known : Share.of(limit, replicas));
        return java.util.Objects.requireNonNull(share);
    }

    private static Key key(RateLimit limit, byte[] client) {
        return new Key(limit.name(), limit.capacity(), limit.period(), new String(client, StandardCharsets.ISO_8859_1));
    }

    private static long millis(long nanos) {
        return Math.ceilDiv(nanos, TimeUnit.MILLISECONDS.toNanos(1));
    }

    private record Key(String limit, long capacity, Duration period, String client) {}

    private record Share(int replicas, long capacity, Bucket bucket) {
        static Share of(RateLimit limit, int replicas) {
            long capacity = Math.max(1, limit.capacity() / replicas);
            Bucket bucket = Bucket.builder()
                    .addLimit(Bandwidth.builder()
                            .capacity(capacity)
                            .refillGreedy(limit.capacity(), limit.period().multipliedBy(replicas))
                            .build())
                    .withNanosecondPrecision()
                    .build();
            return new Share(replicas, capacity, bucket);
        }
    }
}
