package dev.redoubt.cache.access;

import java.util.concurrent.TimeUnit;

/** So many a second, and not more than that at once. Used by one thread. */
final class Allowance {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final int perSecond;
    private double left;
    private long lookedAt;

    Allowance(int perSecond, long nanos) {
        this.perSecond = perSecond;
        this.left = perSecond;
        this.lookedAt = nanos;
    }

    /**
     * Takes one, if there is one.
     *
     * @param nanos the time, as {@link System#nanoTime()} has it
     */
    boolean take(long nanos) {
        left = Math.min(perSecond, left + (double) (nanos - lookedAt) * perSecond / SECOND);
        lookedAt = nanos;
        if (left < 1) {
            return false;
        }
        left--;
        return true;
    }
}
