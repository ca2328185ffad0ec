package dev.redoubt.e2e.process;

import java.time.Duration;
import java.util.List;

/**
 * A finished program: what a user would have seen in the terminal.
 *
 * @param command the words that were typed
 * @param exit the exit code; 124 when the time ran out, as {@code timeout(1)} has it
 * @param out standard output
 * @param err standard error
 * @param took from start to end
 */
public record Outcome(List<String> command, int exit, String out, String err, Duration took) {

    /** Exit code of a program that was ended because its time was up. */
    public static final int TIMED_OUT = 124;

    /** This outcome, or an {@link AssertionError} that shows everything when the program failed. */
    public Outcome succeeded() {
        if (exit != 0) {
            throw new AssertionError("expected success of " + this);
        }
        return this;
    }

    /** This outcome, or an {@link AssertionError} that shows everything when the program succeeded. */
    public Outcome failed() {
        if (exit == 0) {
            throw new AssertionError("expected failure of " + this);
        }
        return this;
    }

    /** Standard output without the line end. */
    public String text() {
        return out.strip();
    }

    /** Both streams, output first. */
    public String all() {
        return (out + err).strip();
    }

    @Override
    public String toString() {
        return "`%s` (exit %d after %d ms)%n%s".formatted(String.join(" ", command), exit, took.toMillis(), all());
    }
}
