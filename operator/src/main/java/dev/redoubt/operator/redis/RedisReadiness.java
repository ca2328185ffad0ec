package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.server.ServerHealth;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerHealth.Failure;
import dev.redoubt.operator.server.ServerHealth.Silent;
import dev.redoubt.operator.server.ServerHealth.Unknown;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Pod;

/** Whether a Redis does what it is for: by what the kubelet says of its pod, and by what its server answers the operator. */
final class RedisReadiness {
    private RedisReadiness() {}

    static Verdict of(Redis redis, RedisNames names, Pod pod, ServerHealth health) {
        return StartFailure.problem(names, pod).orElseGet(() -> switch (health) {
            case Answering _ -> answers(names);
            case Silent(var failure) -> silent(pod, failure);
            case Unknown() -> untried(redis);
        });
    }

    /** The StatefulSet is there, and its pod is not. */
    static Verdict withoutPod(RedisNames names) {
        return Verdict.notReady(
                Reason.Progressing,
                "Pod %s is being made. If it does not appear: kubectl -n %s describe statefulset %s"
                        .formatted(names.pod(0), names.namespace(), names.base()));
    }

    /** The cluster refuses to make the pod, or its claim, in the words of {@code refusal}. */
    static Verdict podRefused(RedisNames names, String refusal) {
        return Verdict.notReady(
                Reason.PodRefused,
                "The cluster does not let pod %s be made: %s. Raise the quota, or satisfy the policy, that these words name."
                        .formatted(names.pod(0), refusal));
    }

    static Verdict answers(RedisNames names) {
        return Verdict.ready("Answers the operator over TLS at " + names.host() + ":" + RedisNames.PORT + ".");
    }

    static Verdict silent(Pod pod, Failure failure) {
        var name = pod.getMetadata().getName();
        return failure == Failure.LOADING
                ? Verdict.notReady(Reason.Loading, "The server in pod " + name + " is loading its data.")
                : Verdict.notReady(
                        Reason.ServerUnreachable,
                        "The operator does not reach the server in pod " + name + ": " + failure.explanation() + ".");
    }

    /**
     * The operator has just started, and its first try is under way: what it said before holds until that ends, so that a restart of
     * the operator is no news of any Redis.
     */
    static Verdict untried(Redis redis) {
        return Conditions.find(RedisStatuses.previousConditions(redis), Conditions.READY)
                .filter(c -> "True".equals(c.getStatus()))
                .map(c -> Verdict.ready(c.getMessage()))
                .orElseGet(() -> Verdict.notReady(
                        Reason.Progressing, "The pod is ready; the operator is connecting to its server."));
    }
}
