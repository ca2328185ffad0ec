package dev.redoubt.operator.status;

/**
 * What a pass found, in one sentence.
 *
 * @param ready whether the resource does what it is for
 * @param reason the one that matters most
 * @param message for a person: what is the matter, and what to do about it
 */
public record Verdict(boolean ready, Reason reason, String message) {
    /** It does what it is for. */
    public static Verdict ready(String message) {
        return new Verdict(true, Reason.Available, message);
    }

    /** It does not. */
    public static Verdict notReady(Reason reason, String message) {
        return new Verdict(false, reason, message);
    }

    /** It does what it is for, and something that was asked for cannot be done or is not done yet. */
    public static Verdict readyBut(Reason reason, String message) {
        return new Verdict(true, reason, message);
    }
}
