package dev.redoubt.operator.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is thought of a server's memory, and what has to be remembered for the next look. What was found ends later than it began: a value
 * that wavers about a bound would otherwise be news at each look.
 *
 * @param counted the evictions at the last look; empty before the first
 * @param calm looks in a row, until the last, without too many evictions
 */
record MemoryJudgement(boolean full, boolean evicting, boolean fragmented, Optional<Count> counted, int calm) {
    private static final int FULL = 95;
    private static final int NO_LONGER_FULL = 90;
    private static final int FRAGMENTED = 150;
    private static final int NO_LONGER_FRAGMENTED = 130;
    /** A small server holds several times its data, and nobody minds. */
    private static final long MUCH = 100L << 20;

    private static final long NO_LONGER_MUCH = 80L << 20;
    /** Looks without too many evictions until they count as over. */
    private static final int CALM = 3;
    /** A rate over a shorter time is chance. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** Keys that were evicted until a moment. */
    record Count(long evicted, Instant at) {}

    /** Before the first look: {@code said} is what an earlier operator found last. */
    static MemoryJudgement before(MemoryState said) {
        return new MemoryJudgement(
                said == MemoryState.FULL,
                said == MemoryState.EVICTING,
                said == MemoryState.FRAGMENTED,
                Optional.empty(),
                0);
    }

    /** Empty before the first look. */
    Optional<MemoryState> state() {
        if (counted.isEmpty()) {
            return Optional.empty();
        }
        if (full) {
            return Optional.of(MemoryState.FULL);
        }
        if (evicting) {
            return Optional.of(MemoryState.EVICTING);
        }
        return Optional.of(fragmented ? MemoryState.FRAGMENTED : MemoryState.HEALTHY);
    }

    /**
     * What is thought after a further look.
     *
     * @param usual evictions in a second that are still usual
     */
    MemoryJudgement next(MemoryFigures figures, Instant now, int usual) {
        if (counted.isEmpty()) {
            return new MemoryJudgement(isFull(figures), evicting, isFragmented(figures), count(figures, now), 0);
        }
        var time = Duration.between(counted.get().at(), now);
        if (time.compareTo(SHORTEST) < 0) {
            return this;
        }
        var evicted = evictedSince(counted.get(), figures);
        var tooMany = evicted * Duration.ofSeconds(1).toMillis() > usual * time.toMillis();
        var calmNow = tooMany ? 0 : Math.min(calm + 1, CALM);
        return new MemoryJudgement(
                isFull(figures),
                tooMany || (evicting && calmNow < CALM),
                isFragmented(figures),
                count(figures, now),
                calmNow);
    }

    private static Optional<Count> count(MemoryFigures figures, Instant now) {
        return Optional.of(new Count(figures.evicted(), now));
    }

    /** A process that has started again counts from 0. */
    private static long evictedSince(Count before, MemoryFigures figures) {
        return figures.evicted() >= before.evicted() ? figures.evicted() - before.evicted() : figures.evicted();
    }

    private boolean isFull(MemoryFigures figures) {
        return !figures.evictable() && figures.fills(full ? NO_LONGER_FULL : FULL);
    }

    private boolean isFragmented(MemoryFigures figures) {
        return fragmented
                ? figures.holds(NO_LONGER_FRAGMENTED) && figures.excess() >= NO_LONGER_MUCH
                : figures.holds(FRAGMENTED) && figures.excess() >= MUCH;
    }
}
