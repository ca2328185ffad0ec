package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.ControlState;
import dev.redoubt.api.v1alpha1.CredentialsStatus;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.hardening.Control;
import dev.redoubt.operator.hardening.Finding;
import dev.redoubt.operator.rotation.StoredCredentials;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is said of the passwords of a Redis: {@code status.credentials}, and condition {@code CredentialsCurrent}. Its words change with
 * the stage of a rotation, and not by themselves.
 *
 * @param status of the condition: True, False or Unknown
 */
record CredentialsReport(String status, Reason reason, String message, CredentialsStatus credentials) {

    /**
     * What a pass has to say.
     *
     * @param known whether the running server was seen to have the users that it has to have
     * @param outcome what else the pass found
     * @return empty if what was said before holds, because the operator has just started
     */
    static Optional<CredentialsReport> of(RedisPasswords passwords, boolean known, RedisOutcome outcome) {
        var stored = passwords.stored();
        var dates = new CredentialsStatus(
                stored.rotatedAt().toString(),
                passwords.nextRotation().map(Instant::toString).orElse(null));
        var broken = broken(outcome.findings());
        if (broken.isPresent()) {
            return Optional.of(new CredentialsReport("False", Reason.ControlFailed, broken.get(), dates));
        }
        if (passwords.complaint().isPresent()) {
            var why = passwords.complaint().get();
            return Optional.of(new CredentialsReport("False", why.reason(), why.message(), dates));
        }
        return switch (stored.stage()) {
            case ADDED ->
                Optional.of(new CredentialsReport(
                        "False",
                        Reason.Rotating,
                        "New passwords of " + stored.replaced()
                                + " log in beside those of now, which clients still get.",
                        dates));
            case PUBLISHED ->
                Optional.of(new CredentialsReport(
                        "False",
                        Reason.Rotating,
                        "Clients get new passwords of " + stored.replaced() + " since " + stored.since()
                                + "; the previous ones still log in"
                                + " until " + passwords.rotation().dropAt(stored) + ".",
                        dates));
            case SETTLED -> settled(stored, known, outcome, dates);
        };
    }

    private static Optional<CredentialsReport> settled(
            StoredCredentials stored, boolean known, RedisOutcome outcome, CredentialsStatus dates) {
        if (known) {
            return Optional.of(new CredentialsReport(
                    "True",
                    Reason.PasswordsCurrent,
                    "Each of " + stored.current().size() + " users logs in with the password that its clients get, and"
                            + " with no other.",
                    dates));
        }
        var justStarted = outcome.verdict().ready() && outcome.version().isEmpty();
        return justStarted
                ? Optional.empty()
                : Optional.of(new CredentialsReport(
                        "Unknown", Reason.NotProbed, "The server was not asked yet, or does not answer.", dates));
    }

    private static Optional<String> broken(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> finding.control() == Control.FRESH_CREDENTIALS)
                .filter(finding -> finding.state() == ControlState.FAILED)
                .map(finding -> "On the server, " + finding.observed())
                .findFirst();
    }

    /** The condition, or the one of before if nothing new is known. */
    static Condition condition(
            Optional<CredentialsReport> report, List<Condition> previous, long generation, Instant now) {
        return report.map(said -> Conditions.of(
                        Conditions.CREDENTIALS_CURRENT,
                        said.status(),
                        said.reason(),
                        said.message(),
                        previous,
                        generation,
                        now))
                .or(() -> Conditions.find(previous, Conditions.CREDENTIALS_CURRENT)
                        .map(said -> new ConditionBuilder(said)
                                .withObservedGeneration(Math.max(0, generation))
                                .build()))
                .orElseGet(() -> Conditions.of(
                        Conditions.CREDENTIALS_CURRENT,
                        "Unknown",
                        Reason.NotProbed,
                        "The server was not asked yet, or does not answer.",
                        previous,
                        generation,
                        now));
    }

    /** The Event for what is new in it against what {@code redis} said before. */
    Optional<EventReason> news(Redis redis) {
        var before = Conditions.find(RedisStatuses.previousConditions(redis), Conditions.CREDENTIALS_CURRENT)
                .map(Condition::getReason)
                .orElse("");
        if (before.equals(reason.name())) {
            return Optional.empty();
        }
        return switch (reason) {
            case Rotating -> Optional.of(EventReason.RotationStarted);
            case PasswordsCurrent ->
                before.equals(Reason.Rotating.name()) ? Optional.of(EventReason.RotationFinished) : Optional.empty();
            case PasswordUnusable, SecretNotFound -> Optional.of(EventReason.PasswordUnusable);
            default -> Optional.empty();
        };
    }
}
