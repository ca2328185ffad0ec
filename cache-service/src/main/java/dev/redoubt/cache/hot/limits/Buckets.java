package dev.redoubt.cache.hot.limits;

import dev.redoubt.cache.hot.HotLoop;
import dev.redoubt.cache.limit.RateLimit;
import dev.redoubt.cache.redis.CallFailure;
import dev.redoubt.cache.redis.Commands;
import dev.redoubt.cache.redis.PinnedConnection;
import dev.redoubt.cache.redis.RedisCall;

/**
 * The buckets that all replicas share, by Redis's clock. What is asked in one iteration of the event loop is asked in one script call: under load
 * that halves what a decision costs Redis, and a bucket that many want costs it no more than one that one wants. One per event loop.
 */
final class Buckets {

    private final HotLoop loop;
    private final PinnedConnection redis;
    private Batch open = new Batch();

    Buckets(HotLoop loop) {
        this.loop = loop;
        this.redis = loop.state();
    }

    /**
     * Takes tokens, all or none.
     *
     * @param cost 1 to the capacity
     */
    void take(RateLimit limit, byte[] client, long cost, Decided decided) {
        ask(limit, client, cost, decided);
    }

    /** Looks into a bucket: whether one token would be there. */
    void peek(RateLimit limit, byte[] client, Decided decided) {
        ask(limit, client, 0, decided);
    }

    private void ask(RateLimit limit, byte[] client, long cost, Decided decided) {
        if (open.isEmpty()) {
            loop.execute(this::send);
        }
        open.add(limit, client, cost, decided);
        if (open.isFull()) {
            send();
            // Redis decides about these while the loop reads what else has come.
            redis.flush();
        }
    }

    private void send() {
        if (open.isEmpty()) {
            return;
        }
        Batch batch = open;
        open = new Batch();
        redis.dispatch(batch.call());
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

    /** Only the word that Redis's errors begin with: what follows may tell about keys and users. */
    static String refusal(String error) {
        return "Redis refused the command: " + error.split(" ", 2)[0] + ".";
    }

    static String failure(CallFailure why) {
        return switch (why) {
            case LINK_DOWN -> "The link to Redis is down; GET /v1/status says why.";
            case QUEUE_FULL -> "Too many commands are on their way to Redis.";
            case TIMEOUT -> "Redis did not answer in time; it may have been done all the same.";
            case CONNECTION_LOST -> "The connection to Redis broke; it may have been done all the same.";
        };
    }
}
