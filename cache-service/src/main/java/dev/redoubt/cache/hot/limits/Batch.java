package dev.redoubt.cache.hot.limits;

import dev.redoubt.cache.limit.RateLimit;
import dev.redoubt.cache.redis.CallFailure;
import dev.redoubt.cache.redis.Commands;
import dev.redoubt.cache.redis.Key;
import dev.redoubt.cache.redis.RedisCall;
import dev.redoubt.cache.redis.Script;
import dev.redoubt.cache.redis.ScriptReply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is asked of buckets in one script call. Those who want the same of the same bucket share an entry of it. The buckets of one call lie on one server: a Redis that
 * shards would need a batch for each slot.
 */
final class Batch {

    /** Buckets of one call: for so long, some 100 µs, Redis serves nobody else. */
    private static final int MOST = 32;

    private static final Script TAKE = Script.beside(Batch.class, "take.lua");

    private final List<Entry> entries = new ArrayList<>();
    private final Map<Key, Entry> latest = new HashMap<>();

    /**
     * Those who want the same of a bucket, one after the other.
     *
     * @param cost in tokens; 0 to look into it
     */
    private record Entry(RateLimit limit, Key bucket, long cost, List<Decided> waiting) {
        long price() {
            return cost * limit.unit();
        }

        /** Tells each, in their order, what {@code before}, the level of the bucket before all of them, means. */
        void decide(long before) {
            long level = before;
            for (Decided decided : waiting) {
                boolean allowed = level >= Math.max(cost, 1) * limit.unit();
                if (allowed) {
                    level -= price();
                }
                decided.verdict(limit.verdict(allowed, level, Math.max(cost, 1)));
            }
        }

        void unavailable(String why) {
            waiting.forEach(decided -> decided.unavailable(why));
        }
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    boolean isFull() {
        return entries.size() >= MOST;
    }

    /** Nobody overtakes: whoever wants something else of a bucket than the one before him begins an entry of his own. */
    void add(RateLimit limit, byte[] client, long cost, Decided decided) {
        Key bucket = new Key(limit.key(client));
        Entry entry = latest.get(bucket);
        if (entry == null || entry.cost() != cost) {
            entry = new Entry(limit, bucket, cost, new ArrayList<>(1));
            latest.put(bucket, entry);
            entries.add(entry);
        }
        entry.waiting().add(decided);
    }

    /** The call that decides about all of it. */
    RedisCall<ScriptReply> call() {
        List<byte[]> keys = new ArrayList<>(entries.size());
        List<byte[]> arguments = new ArrayList<>(4 * entries.size());
        for (Entry entry : entries) {
            keys.add(entry.bucket().bytes());
            arguments.add(number(entry.limit().rate()));
            arguments.add(number(entry.limit().full()));
            arguments.add(number(entry.price()));
            arguments.add(number(entry.waiting().size()));
        }
        return new RedisCall<>(Commands.script(TAKE, keys, arguments)) {
            @Override
            protected void replied(ScriptReply levels) {
                for (int i = 0; i < entries.size(); i++) {
                    entries.get(i).decide(levels.number(i));
                }
            }

            @Override
            protected void refused(String error) {
                unavailable(Buckets.refusal(error));
            }

            @Override
            protected void failed(CallFailure why) {
                unavailable(Buckets.failure(why));
            }
        };
    }

    private void unavailable(String why) {
        entries.forEach(entry -> entry.unavailable(why));
    }

    private static byte[] number(long value) {
        return Long.toString(value).getBytes(StandardCharsets.US_ASCII);
    }
}
