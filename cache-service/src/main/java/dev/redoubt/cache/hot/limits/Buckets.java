package dev.redoubt.cache.hot.limits;

import dev.redoubt.cache.limit.RateLimit;
import dev.redoubt.cache.redis.CallFailure;
import dev.redoubt.cache.redis.Commands;
import dev.redoubt.cache.redis.PinnedConnection;
import dev.redoubt.cache.redis.RedisCall;
import dev.redoubt.cache.redis.Script;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The buckets that all replicas share: one script call per decision, by Redis's clock. One per event loop. */
final class Buckets {

    private static final Script TAKE = Script.beside(Buckets.class, "take.lua");

    private final PinnedConnection redis;

    Buckets(PinnedConnection redis) {
        this.redis = redis;
    }

    /**
     * Takes tokens, all or none.
     *
     * @param cost 1 to the capacity
     */
    void take(RateLimit limit, byte[] client, long cost, Decided decided) {
        run(limit, client, cost, cost, decided);
    }

    /** Looks into a bucket: whether one token would be there. */
    void peek(RateLimit limit, byte[] client, Decided decided) {
        run(limit, client, 0, 1, decided);
    }

    /** Fills a bucket up: one that is not there is full. */
    void reset(RateLimit limit, byte[] client, Done done) {
        redis.dispatch(new RedisCall<>(Commands.unlink(limit.key(client))) {
            @Override
            protected void replied(Long removed) {
                done.done();
            }

            @Override
            protected void refused(String error) {
                done.unavailable(refusal(error));
            }

            @Override
            protected void failed(CallFailure why) {
                done.unavailable(failure(why));
            }
        });
    }

    private void run(RateLimit limit, byte[] client, long price, long wanted, Decided decided) {
        List<byte[]> arguments = List.of(number(limit.rate()), number(limit.full()), number(price * limit.unit()));
        redis.dispatch(new RedisCall<>(Commands.counting(TAKE, List.of(limit.key(client)), arguments)) {
            @Override
            protected void replied(Long reply) {
                long level = reply >= 0 ? reply : -1 - reply;
                boolean allowed = price == 0 ? level >= wanted * limit.unit() : reply >= 0;
                decided.verdict(limit.verdict(allowed, level, wanted));
            }

            @Override
            protected void refused(String error) {
                decided.unavailable(refusal(error));
            }

            @Override
            protected void failed(CallFailure why) {
                decided.unavailable(failure(why));
            }
        });
    }

    /** Only the word that Redis's errors begin with: what follows may tell about keys and users. */
    private static String refusal(String error) {
        return "Redis refused the command: " + error.split(" ", 2)[0] + ".";
    }

    private static String failure(CallFailure why) {
        return switch (why) {
            case LINK_DOWN -> "The link to Redis is down; GET /v1/status says why.";
            case QUEUE_FULL -> "Too many commands are on their way to Redis.";
            case TIMEOUT -> "Redis did not answer in time; it may have been done all the same.";
            case CONNECTION_LOST -> "The connection to Redis broke; it may have been done all the same.";
        };
    }

    private static byte[] number(long value) {
        return Long.toString(value).getBytes(StandardCharsets.US_ASCII);
    }
}
