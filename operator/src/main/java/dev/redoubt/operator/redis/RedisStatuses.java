package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Binding;
import dev.redoubt.api.v1alpha1.ControlState;
import dev.redoubt.api.v1alpha1.ControlStatus;
import dev.redoubt.api.v1alpha1.Endpoint;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.api.v1alpha1.RedisStatus;
import dev.redoubt.operator.hardening.HardeningReport;
import dev.redoubt.operator.status.Concern;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Pause;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** The status of a Redis from what a pass found. Holds nothing that changes by itself. */
final class RedisStatuses {
    /** The concerns that every Redis has besides, in the order in which they are told. */
    private static final List<String> CONCERNS =
            List.of(Conditions.CONFIG_APPLIED, Conditions.STORAGE_READY, Conditions.CERTIFICATE_VALID);

    private RedisStatuses() {}

    static RedisStatus of(Redis redis, RedisNames names, RedisOutcome outcome, Instant now) {
        var previous = redis.getStatus();
        var generation = Pause.generation(redis, previous == null ? null : previous.observedGeneration());
        var before = previousConditions(redis);
        var report = report(redis, outcome);
        var memory = RedisMemory.condition(
                redis, names, outcome.memory().orElseGet(() -> RedisMemory.said(redis)), before, generation, now);
        var concerns = CONCERNS.stream().map(type -> concern(type, outcome, before, generation, now));
        var bound = outcome.bound() || (previous != null && previous.binding() != null);
        return new RedisStatus(
                generation,
                Stream.of(
                                Conditions.of(redis, outcome.verdict(), before, generation, now).stream(),
                                Stream.of(
                                        hardened(report, before, generation, now),
                                        CredentialsReport.condition(outcome.credentials(), before, generation, now),
                                        memory),
                                concerns)
                        .flatMap(conditions -> conditions)
                        .toList(),
                bound ? new Binding(names.bindingSecret()) : null,
                bound ? List.of(new Endpoint("client", names.host(), RedisNames.PORT, true)) : List.of(),
                // A server that does not answer still is the version that it was.
                outcome.version().orElse(previous == null ? null : previous.version()),
                outcome.credentials()
                        .map(CredentialsReport::credentials)
                        .orElse(previous == null ? null : previous.credentials()),
                outcome.certificate().orElse(previous == null ? null : previous.certificate()),
                report.statuses(previousControls(redis), now));
    }

    private static Condition concern(
            String type, RedisOutcome outcome, List<Condition> before, long generation, Instant now) {
        var found = outcome.concerns().stream()
                .filter(concern -> concern.type().equals(type))
                .findFirst();
        return Conditions.of(found, Concern.unknown(type, "It was not looked at yet."), before, generation, now);
    }

    /** What is said of the hardening controls after a pass. */
    static HardeningReport report(Redis redis, RedisOutcome outcome) {
        return HardeningReport.of(outcome.findings().stream(), previousControls(redis));
    }

    static List<ControlStatus> previousControls(Redis redis) {
        return redis.getStatus() == null ? List.of() : redis.getStatus().hardening();
    }

    static List<Condition> previousConditions(Redis redis) {
        return redis.getStatus() == null ? List.of() : redis.getStatus().conditions();
    }

    private static Condition hardened(HardeningReport report, List<Condition> previous, long generation, Instant now) {
        var failed = report.in(ControlState.FAILED);
        var unknown = report.in(ControlState.UNKNOWN);
        var waived = report.in(ControlState.WAIVED);
        if (!failed.isEmpty()) {
            return hardened("False", Reason.ControlFailed, HardeningReport.told(failed), previous, generation, now);
        }
        if (!unknown.isEmpty()) {
            return hardened("Unknown", Reason.NotProbed, HardeningReport.told(unknown), previous, generation, now);
        }
        var message = report.in(ControlState.ENFORCED).size() + " controls are enforced."
                + (waived.isEmpty() ? "" : " Waived: " + HardeningReport.told(waived));
        return hardened("True", Reason.ControlsEnforced, message, previous, generation, now);
    }

    private static Condition hardened(
            String status, Reason reason, String message, List<Condition> previous, long generation, Instant now) {
        return Conditions.of(Conditions.HARDENED, status, reason, message, previous, generation, now);
    }
}
