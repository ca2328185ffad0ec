package dev.redoubt.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The conditions of a resource, as kstatus reads them: {@code Ready} says whether it does what it is for, {@code Reconciling} that it
 * will get better by itself, {@code Stalled} that somebody has to act.
 */
public final class Conditions {
    public static final String READY = "Ready";
    public static final String RECONCILING = "Reconciling";
    public static final String STALLED = "Stalled";
    public static final String HARDENED = "Hardened";
    public static final String CREDENTIALS_CURRENT = "CredentialsCurrent";
    public static final String MEMORY_HEALTHY = "MemoryHealthy";
    public static final String CONFIG_APPLIED = "ConfigApplied";
    public static final String STORAGE_READY = "StorageReady";
    public static final String TOKENS_VERIFIABLE = "TokensVerifiable";
    public static final String CERTIFICATE_VALID = "CertificateValid";

    /** The API server takes no longer one. */
    private static final int MAX_MESSAGE = 32_768;

    private Conditions() {}

    /**
     * The conditions for {@code verdict}, always in the same order. A condition whose status is the same as in {@code previous} keeps its
     * time of transition.
     */
    public static List<Condition> of(Verdict verdict, List<Condition> previous, long generation, Instant now) {
        var reason = verdict.reason();
        return List.of(
                condition(READY, verdict.ready(), verdict, previous, generation, now),
                condition(RECONCILING, reason.isProgress(), verdict, previous, generation, now),
                condition(STALLED, reason.isStalled(), verdict, previous, generation, now));
    }

    /**
     * The same for a resource that is paused: {@code Ready} is measured as ever, and nothing is under way.
     *
     * @param message why nothing is, and how to go on
     */
    public static List<Condition> ofPaused(
            Verdict measured, String message, List<Condition> previous, long generation, Instant now) {
        return List.of(
                condition(READY, measured.ready(), measured, previous, generation, now),
                of(RECONCILING, "False", Reason.Paused, message, previous, generation, now),
                condition(STALLED, false, measured, previous, generation, now));
    }

    /** Which of the two holds for {@code resource}. */
    public static List<Condition> of(
            HasMetadata resource, Verdict verdict, List<Condition> previous, long generation, Instant now) {
        return Pause.isSet(resource)
                ? ofPaused(verdict, Pause.message(resource), previous, generation, now)
                : of(verdict, previous, generation, now);
    }

    /**
     * A condition for a concern of its own.
     *
     * @param status {@code True}, {@code False} or {@code Unknown}
     */
    public static Condition of(
            String type,
            String status,
            Reason reason,
            String message,
            List<Condition> previous,
            long generation,
            Instant now) {
        return new ConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason.name())
                .withMessage(shortened(message))
                // Of a status that is about no generation yet: the schema takes no less here.
                .withObservedGeneration(Math.max(0, generation))
                .withLastTransitionTime(since(type, status, previous, now))
                .build();
    }

    /** The condition that tells {@code concern}. */
    public static Condition of(Concern concern, List<Condition> previous, long generation, Instant now) {
        return of(concern.type(), concern.status(), concern.reason(), concern.message(), previous, generation, now);
    }

    /** The condition that tells {@code found}; if nobody has looked, what was said in {@code previous}, or else {@code notLookedAt}. */
    public static Condition of(
            Optional<Concern> found, Concern notLookedAt, List<Condition> previous, long generation, Instant now) {
        return found.map(concern -> of(concern, previous, generation, now))
                .or(() -> find(previous, notLookedAt.type()))
                .orElseGet(() -> of(notLookedAt, previous, generation, now));
    }

    private static String since(String type, String status, List<Condition> previous, Instant now) {
        return find(previous, type)
                .filter(c -> status.equals(c.getStatus()))
                .map(Condition::getLastTransitionTime)
                .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** The condition of type {@code type} in {@code conditions}. */
    public static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream().filter(c -> type.equals(c.getType())).findFirst();
    }

    /** Whether {@code conditions} has {@code type} with status True. */
    public static boolean isTrue(List<Condition> conditions, String type) {
        return find(conditions, type).filter(c -> "True".equals(c.getStatus())).isPresent();
    }

    private static Condition condition(
            String type, boolean value, Verdict verdict, List<Condition> previous, long generation, Instant now) {
        var status = value ? "True" : "False";
        // The reason of the verdict explains every condition that is not as one wishes.
        var fine = type.equals(READY) == value;
        var shown = fine && !type.equals(READY) ? Reason.Available : verdict.reason();
        var message = fine && !type.equals(READY) ? "" : verdict.message();
        return of(type, status, shown, message, previous, generation, now);
    }

    private static String shortened(String message) {
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE);
    }
}
