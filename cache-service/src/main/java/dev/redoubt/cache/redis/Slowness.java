package dev.redoubt.cache.redis;

import java.util.concurrent.TimeUnit;

/**
 * Whether Redis answers, but too late too often: at least ten commands in the last second or two, and half of them not in time. Nobody is
 * silent then, so {@link InFlight} sees no standstill, and yet every request would wait for its whole timeout in vain. Used on the
 * connection's event loop only.
 */
final class Slowness {

    private static final long WINDOW = TimeUnit.SECONDS.toNanos(1);
    private static final int LEAST = 10;

    private long begun;
    private int late;
    private int inTime;
    private int lateBefore;
    private int inTimeBefore;

    /** A command was answered in time. */
    void inTime(long now) {
        turn(now);
        inTime++;
    }

    /** A command was not answered in time. */
    void late(long now) {
        turn(now);
        late++;
    }

    boolean tooSlow(long now) {
        turn(now);
        int lates = late + lateBefore;
        int all = lates + inTime + inTimeBefore;
        return all >= LEAST && lates * 2 >= all;
    }

    /** What was before does not count. */
    void forget() {
        late = 0;
        inTime = 0;
        lateBefore = 0;
        inTimeBefore = 0;
    }

    private void turn(long now) {
        if (now - begun >= WINDOW) {
            boolean follows = now - begun < 2 * WINDOW;
            lateBefore = follows ? late : 0;
            inTimeBefore = follows ? inTime : 0;
            late = 0;
            inTime = 0;
            begun = now;
        }
    }
}
