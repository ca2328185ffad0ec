package dev.redoubt.operator.cacheservice;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.pods.PodDiagnosis;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Whether a CacheService does what it is for. */
final class CacheServiceReadiness {
    private CacheServiceReadiness() {}

    /**
     * What can be said of the service.
     *
     * @param redises those that it uses, each by its name, empty if there is none of that name
     * @param pods of the Deployment
     */
    static Verdict of(
            CacheServiceModel model, Optional<Deployment> deployment, List<Pod> pods, List<NamedRedis> redises) {
        return of(model.replicas(), model.names(), deployment, pods, redises);
    }

    /**
     * The same of a service that is paused: it is held to what its Deployment says, because what else the specification says is not
     * carried out.
     */
    static Verdict ofPaused(
            CacheServiceNames names, Optional<Deployment> deployment, List<Pod> pods, List<NamedRedis> redises) {
        return deployment
                .map(found -> of(found.getSpec().getReplicas(), names, deployment, pods, redises))
                .orElseGet(() -> Verdict.notReady(
                        Reason.Paused,
                        "There is no Deployment %s, and nothing is made while the CacheService is paused."
                                .formatted(names.base())));
    }

    private static Verdict of(
            int replicas,
            CacheServiceNames names,
            Optional<Deployment> deployment,
            List<Pod> pods,
            List<NamedRedis> redises) {
        return redises.stream()
                .flatMap(redis -> redis.problem().stream())
                .findFirst()
                .or(() -> replicas == 0 ? Optional.of(scaledToZero()) : Optional.empty())
                .or(() -> rollingOut(replicas, deployment, pods))
                .orElseGet(() -> Verdict.ready("All %d replicas serve at %s.".formatted(replicas, names.url())));
    }

    /**
     * Whether what runs does what the service is for, however the pass ended: the same measure as for Ready, of the objects as they
     * are.
     */
    static boolean serves(int replicas, Optional<Deployment> deployment, List<NamedRedis> redises) {
        return replicas > 0
                && redises.stream().allMatch(redis -> redis.problem().isEmpty())
                && deployment.filter(found -> isRolledOut(found, replicas)).isPresent();
    }

    /** A Redis that the service uses, if it exists. */
    record NamedRedis(String name, Optional<Redis> resource) {
        private Optional<Verdict> problem() {
            if (resource.isEmpty()) {
                return Optional.of(Verdict.notReady(
                        Reason.WaitingForRedis, "Redis " + name + " does not exist any more. Create it again."));
            }
            var status = resource.get().getStatus();
            var ready = status == null
                    ? Optional.<Condition>empty()
                    : Conditions.find(status.conditions(), Conditions.READY);
            if (ready.filter(c -> "True".equals(c.getStatus())).isPresent()) {
                return Optional.empty();
            }
            var why = ready.map(c -> c.getReason() + ": " + c.getMessage()).orElse("it was not looked at yet.");
            return Optional.of(Verdict.notReady(Reason.WaitingForRedis, "Redis " + name + " is not Ready, " + why));
        }
    }

    private static Verdict scaledToZero() {
        return Verdict.notReady(Reason.ScaledToZero, "spec.replicas is 0: nothing serves.");
    }

    private static Optional<Verdict> rollingOut(int replicas, Optional<Deployment> deployment, List<Pod> pods) {
        if (deployment.filter(found -> isRolledOut(found, replicas)).isPresent()) {
            return Optional.empty();
        }
        var available = deployment
                .map(Deployment::getStatus)
                .map(DeploymentStatus::getAvailableReplicas)
                .orElse(0);
        var problem = pods.stream()
                .sorted((a, b) ->
                        a.getMetadata().getName().compareTo(b.getMetadata().getName()))
                .flatMap(pod -> PodDiagnosis.problem(pod).stream())
                .filter(verdict -> verdict.reason() != Reason.Restarting)
                .findFirst();
        var reason = problem.map(Verdict::reason)
                .filter(found -> found == Reason.ImageUnavailable || found == Reason.CrashLooping)
                .orElse(Reason.RollingOut);
        return Optional.of(Verdict.notReady(
                reason,
                "%d of %d replicas are available with the current specification.%s"
                        .formatted(
                                available,
                                replicas,
                                problem.map(verdict -> " " + verdict.message()).orElse(""))));
    }

    /** A Deployment that was never looked at has no numbers: absent ones are not equal to what is wanted. */
    private static boolean isRolledOut(Deployment deployment, int replicas) {
        var status = deployment.getStatus();
        return status != null
                && Objects.equals(
                        status.getObservedGeneration(), deployment.getMetadata().getGeneration())
                && Objects.equals(status.getReplicas(), replicas)
                && Objects.equals(status.getUpdatedReplicas(), replicas)
                && Objects.equals(status.getAvailableReplicas(), replicas);
    }
}
