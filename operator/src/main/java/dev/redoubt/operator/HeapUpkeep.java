package dev.redoubt.operator;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Gives memory back to the node that a start, or a burst of changes, has taken. A collector makes the heap smaller only when it has looked
 * at all of it, and for that it waits until it is full. Everything stops meanwhile, for 0.1 to 0.2 s with 50 Redis; a ping has a
 * second, and a second try.
 */
final class HeapUpkeep implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMinutes(4);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("heap").daemon().factory());

    /** Starts to do so, at an interval. */
    void start() {
        var _ = timer.scheduleWithFixedDelay(
                System::gc, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
