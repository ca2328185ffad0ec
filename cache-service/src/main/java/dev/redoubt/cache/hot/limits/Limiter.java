package dev.redoubt.cache.hot.limits;

import dev.redoubt.cache.limit.LocalBuckets;
import dev.redoubt.cache.limit.RateLimit;
import dev.redoubt.cache.limit.Verdict;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Decides: by the bucket in Redis, or, while that cannot be asked, as the policy wants it. One per event loop. */
final class Limiter {

    private final Buckets buckets;
    private final LocalBuckets local;
    private final IntSupplier replicas;

    Limiter(Buckets buckets, LocalBuckets local, IntSupplier replicas) {
        this.buckets = buckets;
        this.local = local;
        this.replicas = replicas;
    }

    void take(RateLimit limit, byte[] client, long cost, Decided decided) {
        buckets.take(
                limit,
                client,
                cost,
                new OrElse(limit, decided, () -> local.take(limit, client, cost, replicas.getAsInt())));
    }

    void peek(RateLimit limit, byte[] client, Decided decided) {
        buckets.peek(limit, client, new OrElse(limit, decided, () -> local.peek(limit, client, replicas.getAsInt())));
    }

    /** Fills a bucket up; the one of this replica at once, whatever becomes of Redis. */
    void reset(RateLimit limit, byte[] client, Done done) {
        local.reset(limit, client);
        buckets.reset(limit, client, done);
    }

    /** A decision of this replica; null when its share is smaller than the cost. */
    private interface Own {
        @Nullable
        Verdict decide();
    }

    /** Passes on what Redis decides, and does what the policy wants when it does not. */
    private record OrElse(RateLimit limit, Decided decided, Own own) implements Decided {
        @Override
        public void verdict(Verdict verdict) {
            decided.verdict(verdict);
        }

        @Override
        public void unavailable(String why) {
            switch (limit.whenUnavailable()) {
                case Local -> {
                    Verdict verdict = own.decide();
                    if (verdict != null) {
                        decided.verdict(verdict);
                    } else {
                        decided.unavailable(why + " Meanwhile the cost is more than the share of one replica.");
                    }
                }
                case Open -> decided.verdict(Verdict.OPEN);
                case Closed -> decided.unavailable(why);
            }
        }
    }
}
