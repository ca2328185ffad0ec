package dev.redoubt.cache.hot.limits;

import dev.redoubt.cache.redis.CallFailure;
import dev.redoubt.cache.redis.Commands;
import dev.redoubt.cache.redis.PinnedConnection;
import dev.redoubt.cache.redis.RedisCall;
import dev.redoubt.cache.redis.Script;
import io.netty.channel.EventLoop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * How many replicas of the service live. Each leaves a sign of life in Redis every two seconds and learns the count from the
 * reply; one that is silent for ten does not count any more. While Redis is away the last count stands.
 */
public final class Replicas {

    private static final Duration INTERVAL = Duration.ofSeconds(2);
    /** As long as nothing is known yet. */
    private static final Duration IMPATIENT = Duration.ofMillis(250);

    private static final Script SCRIPT = Script.beside(Replicas.class, "replicas.lua");
    private static final byte[] KEY = "redoubt:replicas".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SILENCE =
            Long.toString(INTERVAL.multipliedBy(5).toMillis()).getBytes(StandardCharsets.US_ASCII);

    private final byte[] name;
    private volatile int live;
    private volatile boolean told;

    /**
     * @param name of this replica: another for every process
     * @param assumed how many there are, as long as Redis has not told
     */
    public Replicas(String name, int assumed) {
        this.name = name.getBytes(StandardCharsets.UTF_8);
        this.live = assumed;
    }

    /** As last told, 1 at least. From any thread. */
    public int live() {
        return live;
    }

    /**
     * Leaves signs of life from now on, as long as the event loop turns.
     *
     * @param redis the connection of that loop
     * @param wanted whether anybody wants to know: without limits Redis is left in peace
     */
    public void start(EventLoop loop, PinnedConnection redis, BooleanSupplier wanted) {
        loop.execute(() -> beat(loop, redis, wanted));
    }

    private void beat(EventLoop loop, PinnedConnection redis, BooleanSupplier wanted) {
        if (loop.isShuttingDown()) {
            return;
        }
        if (wanted.getAsBoolean()) {
            redis.dispatch(new Count());
        }
        var _ = loop.schedule(
                () -> beat(loop, redis, wanted), (told ? INTERVAL : IMPATIENT).toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What Redis tells. When it does not, that is no news: the link says so for itself. */
    private final class Count extends RedisCall<Long> {
        Count() {
            super(Commands.counting(SCRIPT, List.of(KEY), List.of(name, SILENCE)));
        }

        @Override
        protected void replied(Long count) {
            live = Math.max(1, Math.toIntExact(count));
            told = true;
        }

        @Override
        protected void refused(String error) {}

        @Override
        protected void failed(CallFailure why) {}
    }
}
