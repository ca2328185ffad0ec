package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Answer;
import dev.redoubt.cache.hot.Exchange;
import dev.redoubt.cache.metrics.Outcome;
import dev.redoubt.cache.metrics.Tier;
import dev.redoubt.cache.near.Copy;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.redis.Commands;
import dev.redoubt.cache.redis.ScriptReply;
import dev.redoubt.cache.region.StoredValue;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A miss of a client that wants to load the value, if nobody else does. Exactly one gets the lease, across all replicas, because one script
 * looks for the value, for a lease, and takes it. The others get the value that has expired, or wait for the new one.
 */
final class Loading {

    static final AsciiString CACHE_LEASE = AsciiString.cached("cache-lease");

    private static final Answer BUSY = Answer.refusal(
                    ProblemType.CACHE_MISS, "No value is stored under this key; somebody is loading it.")
            .with(HttpHeaderNames.RETRY_AFTER, "1")
            .with(Found.CACHE_STATUS, "redoubt; fwd=miss; detail=loading");

    private final Read read;
    private final EntryContext context;
    private final Exchange exchange;
    private final LeaseWish wish;
    private final long deadline;
    private boolean waited;

    Loading(Read read, Exchange exchange, LeaseWish wish) {
        this.read = read;
        this.context = read.context();
        this.exchange = exchange;
        this.wish = wish;
        this.deadline = System.nanoTime() + wish.patience().toNanos();
    }

    void start() {
        String token = context.entries().newToken();
        context.loop()
                .redis()
                .dispatch(
                        new EntryCall<ScriptReply>(Commands.script(
                                EntryScripts.LEASE,
                                List.of(context.key().bytes(), context.leaseKey()),
                                List.of(
                                        ascii(token),
                                        ascii(Long.toString(wish.lease().toMillis())),
                                        ascii(Long.toString(context.scriptNow())),
                                        context.region().tagPrefix()))) {
                            @Override
                            protected void replied(ScriptReply reply) {
                                switch ((int) reply.number(0)) {
                                    case 0 ->
                                        loaded(Objects.requireNonNull(reply.bytes(1), "the script found a value"));
                                    case 1 -> leased(token);
                                    default -> busy(reply.bytes(1));
                                }
                            }

                            @Override
                            void unavailable(Answer.Fixed why) {
                                context.answer(exchange, why, Outcome.UNAVAILABLE);
                            }
                        });
    }

    private void loaded(byte[] stored) {
        StoredValue value = StoredValue.read(ByteBuffer.wrap(stored));
        if (value == null) {
            read.miss(exchange, Read.MISS);
        } else {
            found(value, null, Tier.REDIS);
        }
    }

    private void found(StoredValue value, @Nullable Copy copy, Tier tier) {
        if (waited) {
            context.meters().collapsed();
        }
        read.found(exchange, value, copy, tier);
    }

    private void leased(String token) {
        context.meters().load();
        read.miss(exchange, Read.MISS.with(CACHE_LEASE, token));
    }

    private void busy(byte @Nullable [] stored) {
        StoredValue expired = stored == null ? null : StoredValue.read(ByteBuffer.wrap(stored));
        if (expired != null) {
            context.meters().collapsed();
            read.stale(exchange, expired, "stale-loading");
        } else if (deadline - System.nanoTime() > 0) {
            waited = true;
            context.entries().waiters().await(context.key(), deadline, this::again);
        } else {
            read.miss(exchange, BUSY);
        }
    }

    /** The key has changed, or the time is over: either there is a value now, or the lease may be free. */
    private void again() {
        new Lookup(context) {
            @Override
            void found(StoredValue value, @Nullable Copy copy, Tier tier) {
                Loading.this.found(value, copy, tier);
            }

            @Override
            void missing(@Nullable StoredValue expired) {
                Loading.this.start();
            }

            @Override
            void stale(StoredValue value) {
                read.stale(exchange, value, "stale-redis-down");
            }

            @Override
            void unavailable(Answer.Fixed why) {
                context.answer(exchange, why, Outcome.UNAVAILABLE);
            }
        }.start();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
