package dev.redoubt.operator.apply;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets passes in until the operator stops, and then waits for those that are under way. The framework empties its caches while it
 * stops: a pass that still ran would take what exists for missing.
 */
public final class PassGate {
    /** More than there are threads for passes. */
    private static final int ALL = 1 << 20;

    private final Semaphore passes = new Semaphore(ALL);

    /** Whether the pass may begin; if so, {@link #leave} must follow. */
    public boolean enter() {
        return passes.tryAcquire();
    }

    /** The pass has ended. */
    public void leave() {
        passes.release();
    }

    /**
     * Lets no pass in any more.
     *
     * @return whether all that were under way ended within {@code patience}
     */
    public boolean close(Duration patience) {
        // Those that run hold a permit each; the rest goes at once, so that no new one begins.
        var taken = passes.drainPermits();
        try {
            return passes.tryAcquire(ALL - taken, patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
