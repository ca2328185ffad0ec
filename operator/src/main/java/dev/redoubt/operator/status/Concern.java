package dev.redoubt.operator.status;

/**
 * What is found of one concern of a resource, beside whether it is ready.
 *
 * @param type of the condition
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param message for a person: what is the matter, and what to do about it; never holds what changes by itself
 */
public record Concern(String type, String status, Reason reason, String message) {
    /** It is as it should be. */
    public static Concern fine(String type, Reason reason, String message) {
        return new Concern(type, "True", reason, message);
    }

    /** It is not. */
    public static Concern bad(String type, Reason reason, String message) {
        return new Concern(type, "False", reason, message);
    }

    /** Nobody can tell at the moment. */
    public static Concern unknown(String type, String message) {
        return new Concern(type, "Unknown", Reason.NotProbed, message);
    }
}
