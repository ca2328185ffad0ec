package dev.redoubt.operator.cacheservice;

import dev.redoubt.operator.replicas.ReplicaAnswer;
import dev.redoubt.operator.replicas.ReplicaAnswer.Silent;
import dev.redoubt.operator.replicas.ReplicaAnswer.Told;
import dev.redoubt.operator.status.Concern;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Reason;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BiFunction;

/** Whether the replicas have taken over the configuration that is published. */
final class TakenConfiguration {
    /** What is said while no replica has been asked. */
    static final Concern NOT_LOOKED_AT = Concern.unknown(Conditions.CONFIG_APPLIED, "No replica was asked yet.");

    private TakenConfiguration() {}

    /**
     * What is to be said of it; the worst comes first.
     *
     * @param published SHA-256 of the configuration file that the replicas shall have
     * @param replicas those that are ready, by the name of their pod, and what each said last
     * @return empty while one was not asked often enough, and none of the others is behind: what was said last holds
     */
    static Optional<Concern> of(String published, SortedMap<String, Optional<ReplicaAnswer>> replicas) {
        if (replicas.isEmpty()) {
            return Optional.of(Concern.unknown(Conditions.CONFIG_APPLIED, "No replica is ready."));
        }
        return first(replicas, TakenConfiguration::refused)
                .or(() -> first(replicas, (pod, answer) -> pending(published, pod, answer)))
                .or(() -> first(replicas, TakenConfiguration::silent))
                .or(() -> replicas.values().stream().allMatch(Optional::isPresent)
                        ? Optional.of(inForce(replicas.size()))
                        : Optional.empty());
    }

    private static Optional<Concern> first(
            Map<String, Optional<ReplicaAnswer>> replicas,
            BiFunction<String, ReplicaAnswer, Optional<Concern>> judgement) {
        return replicas.entrySet().stream()
                .flatMap(replica ->
                        replica.getValue().flatMap(answer -> judgement.apply(replica.getKey(), answer)).stream())
                .findFirst();
    }

    private static Optional<Concern> refused(String pod, ReplicaAnswer answer) {
        return answer instanceof Told told && !told.current()
                ? Optional.of(Concern.bad(
                        Conditions.CONFIG_APPLIED,
                        Reason.ConfigurationRefused,
                        "Pod %s does not take over its configuration, and goes on with the one before: %s"
                                .formatted(pod, told.why())))
                : Optional.empty();
    }

    private static Optional<Concern> pending(String published, String pod, ReplicaAnswer answer) {
        if (!(answer instanceof Told told)) {
            return Optional.empty();
        }
        if (!told.sha256().equals(published)) {
            return Optional.of(pending("Pod %s does not have the new configuration yet.".formatted(pod)));
        }
        return told.afterRestart().isEmpty()
                ? Optional.empty()
                : Optional.of(pending(
                        "Pod %s has the new configuration; of it takes effect with the start of the pod that replaces it: %s."
                                .formatted(pod, String.join(", ", told.afterRestart()))));
    }

    private static Concern pending(String message) {
        return Concern.bad(Conditions.CONFIG_APPLIED, Reason.ConfigurationPending, message);
    }

    private static Optional<Concern> silent(String pod, ReplicaAnswer answer) {
        return answer instanceof Silent(var why)
                ? Optional.of(Concern.unknown(
                        Conditions.CONFIG_APPLIED,
                        "Pod %s, asked whether its configuration is in effect, %s.".formatted(pod, why)))
                : Optional.empty();
    }

    private static Concern inForce(int replicas) {
        return Concern.fine(
                Conditions.CONFIG_APPLIED,
                Reason.ConfigurationInForce,
                "Every replica, %d of them, has the published configuration in effect.".formatted(replicas));
    }
}
