package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.HotLoop;
import dev.redoubt.cache.near.NearCache;
import dev.redoubt.cache.redis.Key;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who waits on this event loop for a key to change. Redis tells of the change because the key was read on the loop's connection, also when it
 * had no value; where Redis does not, they look again every now and then. Each waits for a bounded time, and there are no more of them than
 * requests.
 */
final class Waiters {

    private static final long POLL_MILLIS = 50;

    private final HotLoop loop;
    private final NearCache near;
    private final Map<Key, List<Waiter>> byKey = new HashMap<>();

    Waiters(HotLoop loop, NearCache near) {
        this.loop = loop;
        this.near = near;
        near.onChange(this::changed);
    }

    /** Runs {@code then} once: when the key has changed, or at the deadline. */
    void await(Key key, long deadline, Runnable then) {
        long left = Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
        Waiter waiter = new Waiter(then);
        waiter.timer = loop.schedule(() -> expired(key, waiter), near.isOn() ? left : Math.min(left, POLL_MILLIS));
        byKey.computeIfAbsent(key, _ -> new ArrayList<>()).add(waiter);
    }

    private void changed(@Nullable Key key) {
        if (key == null) {
            List<Key> all = List.copyOf(byKey.keySet());
            all.forEach(this::wake);
        } else if (!byKey.isEmpty()) {
            wake(key);
        }
    }

    private void wake(Key key) {
        List<Waiter> waiting = byKey.remove(key);
        if (waiting != null) {
            // The news come in the middle of reading from the connection that the waiters want to write to.
            for (Waiter waiter : waiting) {
                if (waiter.timer != null) {
                    waiter.timer.cancel(false);
                }
                var _ = loop.schedule(waiter.then, 0);
            }
        }
    }

    private void expired(Key key, Waiter waiter) {
        List<Waiter> waiting = byKey.get(key);
        if (waiting != null && waiting.remove(waiter)) {
            if (waiting.isEmpty()) {
                byKey.remove(key);
            }
            waiter.then.run();
        }
    }

    private static final class Waiter {
        private final Runnable then;
        private @Nullable ScheduledFuture<?> timer;

        Waiter(Runnable then) {
            this.then = then;
        }
    }
}
