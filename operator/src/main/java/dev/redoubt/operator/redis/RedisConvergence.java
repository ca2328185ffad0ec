package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.acl.AclFile;
import dev.redoubt.operator.hardening.Finding;
import dev.redoubt.operator.owned.ContentHash;
import dev.redoubt.operator.pods.PodDiagnosis;
import dev.redoubt.operator.server.ServerCommandException;
import dev.redoubt.operator.server.ServerHealth;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerHealth.Failure;
import dev.redoubt.operator.server.ServerHealth.Silent;
import dev.redoubt.operator.server.ServerHealth.Unknown;
import dev.redoubt.operator.status.Concern;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The second half of a pass: the running pod and its server, and what can truthfully be said of them. */
final class RedisConvergence {
    /**
     * A server that knows none of the operator's passwords, and started before they were made: somebody has deleted the Secret that they
     * are in. It cannot be told new ones, but a new pod reads the file that has them.
     */
    private static final String LOST_PASSWORDS =
            "its server knows none of the operator's passwords, which are newer than it";

    static final Duration NEXT_TRY = Duration.ofSeconds(5);
    private static final Duration CERTIFICATE_POLL = Duration.ofSeconds(2);

    /** A server that loads says so itself: how its container ended before is past. */
    private static final ServerHealth LOADING = new Silent(Failure.LOADING);

    private final PodChanges pods;
    private final ServerSync server;
    private final RedisHardening hardening;

    RedisConvergence(PodChanges pods, ServerSync server, RedisHardening hardening) {
        this.pods = pods;
        this.server = server;
        this.hardening = hardening;
    }

    RedisOutcome converge(Redis redis, RedisModel model, RedisWorld world) {
        var statefulSet = world.statefulSet();
        var found = world.pod();
        if (found.isEmpty()) {
            server.forget(model.names());
            return withoutPod(model.names());
        }
        var pod = found.get();
        if (statefulSet.isPresent() && PodChanges.isOutdated(pod, statefulSet.get())) {
            var difference = PodChanges.difference(pod, statefulSet.get());
            pods.restart(redis, pod, difference);
            var verdict = Verdict.notReady(
                    Reason.Restarting, "Pod " + pod.getMetadata().getName() + " restarts: " + difference + ".");
            return RedisOutcome.of(verdict)
                    .withConcern(Concern.bad(
                            Conditions.CONFIG_APPLIED,
                            Reason.Restarting,
                            "What changed takes a restart of the pod, which is under way: " + difference + "."));
        }
        return observe(redis, model, pod, world);
    }

    /** What refuses the pod is told by nothing that is watched, so it is asked for until there is one. */
    private RedisOutcome withoutPod(RedisNames names) {
        var verdict = pods.refusal(names)
                .map(refusal -> RedisReadiness.podRefused(names, refusal))
                .orElseGet(() -> RedisReadiness.withoutPod(names));
        return RedisOutcome.of(verdict)
                .withAgain(NEXT_TRY)
                .withConcern(Concern.unknown(Conditions.CONFIG_APPLIED, "There is no server yet."));
    }

    private RedisOutcome observe(Redis redis, RedisModel model, Pod pod, RedisWorld world) {
        var health = server.observe(model, pod);
        var version =
                health instanceof Answering answering ? Optional.of(answering.version()) : Optional.<String>empty();
        var problem = StartFailure.problem(model.names(), pod);
        if (problem.isPresent() && !(health instanceof Answering) && !LOADING.equals(health)) {
            var resources = PodResources.of(pod, model.resources());
            if (resources.differ() && hasEnded(pod)) {
                // In place they would come into force when the kubelet starts it the next time, which it does less and
                // less often.
                return restart(redis, pod, "its server has ended, and its resources change " + resources.change());
            }
            return silent(problem.get(), model, pod, world);
        }
        var outcome =
                switch (health) {
                    case Answering answering -> sync(redis, model, pod, world, answering, problem);
                    case Silent(var failure)
                    when failure == Failure.LOGIN_REFUSED && isOlder(pod, model) -> restart(redis, pod, LOST_PASSWORDS);
                    case Silent(var failure) -> silent(RedisReadiness.silent(pod, failure), model, pod, world);
                    case Unknown() ->
                        RedisOutcome.of(RedisReadiness.untried(redis)).withAgain(NEXT_TRY);
                };
        return version.map(outcome::withVersion).orElse(outcome);
    }

    private static boolean hasEnded(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && PodDiagnosis.lastEnd(pod, RedisStatefulSet.CONTAINER).isPresent()
                && !PodDiagnosis.isRunning(pod, RedisStatefulSet.CONTAINER);
    }

    private static RedisOutcome silent(Verdict verdict, RedisModel model, Pod pod, RedisWorld world) {
        return RedisOutcome.of(verdict)
                .withFindings(RedisHardening.findingsOfSilent(model, pod, world))
                .withConcern(Concern.unknown(Conditions.CONFIG_APPLIED, "The server does not answer."));
    }

    /**
     * Memory in this order: more for the container, then for the data; less for the data, then for the container. So the
     * server never may hold more than its container can.
     */
    private RedisOutcome sync(
            Redis redis, RedisModel model, Pod pod, RedisWorld world, Answering answering, Optional<Verdict> problem) {
        var resources = PodResources.of(pod, model.resources());
        try {
            syncUsers(model, pod, answering);
            if (resources.differ() && resources.memoryGrows()) {
                pods.resize(redis, pod, resources);
            }
            var pending = server.pending(model);
            var waits = ServerSync.raisesMemory(pending) && !resources.memorySuffices();
            if (!pending.isEmpty() && !waits) {
                server.configure(redis, model, pending);
            }
            if (resources.differ() && !resources.memoryGrows()) {
                pods.resize(redis, pod, resources);
            }
            if (!server.hasItsCertificates(model, pod)) {
                pods.announceCertificates(pod, ServerSync.certificates(model));
                if (!server.reloadCertificates(redis, model, pod)) {
                    return RedisOutcome.of(problem.orElseGet(RedisConvergence::renewing))
                            .withAgain(CERTIFICATE_POLL)
                            .withConcern(waits ? pending(resizing(pod)) : inForce(model));
                }
            }
            if (waits) {
                var resizing = resizing(pod);
                return RedisOutcome.of(problem.orElse(resizing)).withConcern(pending(resizing));
            }
            return RedisOutcome.of(problem.orElseGet(() -> RedisReadiness.answers(model.names())))
                    .withFindings(harden(redis, model, pod, world))
                    .withConcern(inForce(model));
        } catch (ServerCommandException e) {
            var old = Verdict.readyBut(
                    Reason.ConfigurationPending, "The server serves with its old parameters: " + e.getMessage());
            return RedisOutcome.of(problem.orElse(old)).withAgain(NEXT_TRY).withConcern(pending(old));
        }
    }

    private RedisOutcome restart(Redis redis, Pod pod, String why) {
        pods.restart(redis, pod, why);
        return RedisOutcome.of(
                Verdict.notReady(Reason.Restarting, "Pod " + pod.getMetadata().getName() + " restarts: " + why + "."));
    }

    private static boolean isOlder(Pod pod, RedisModel model) {
        var started = pod.getStatus().getStartTime();
        return started != null
                && Instant.parse(started).isBefore(model.passwords().stored().rotatedAt());
    }

    /** The server first: whoever reads the file meanwhile reads it after a restart, and the file is not older than this pass. */
    private void syncUsers(RedisModel model, Pod pod, Answering answering) {
        var hash = ContentHash.of(AclFile.render(model.users()));
        var told = PodChanges.knownUsers(pod);
        // A server that was never looked at has what its file said when it started, which may be older than these
        // users.
        var mayBeOlder = !told.equals(Optional.of(hash));
        if (server.takesOverUsers(model, answering, mayBeOlder) || told.isEmpty()) {
            pods.announceUsers(pod, hash);
        }
    }

    private static Concern inForce(RedisModel model) {
        return Concern.fine(
                Conditions.CONFIG_APPLIED,
                Reason.ConfigurationInForce,
                "The server has what the specification asks for: "
                        + model.live().values().entrySet().stream()
                                .map(entry -> entry.getKey() + " = "
                                        + (entry.getValue().isEmpty() ? "none" : entry.getValue()))
                                .collect(Collectors.joining(", "))
                        + ". Nothing waits for a restart.");
    }

    private static Concern pending(Verdict why) {
        return Concern.bad(Conditions.CONFIG_APPLIED, why.reason(), why.message());
    }

    /** Only once the server has taken over all that it was told: until then it rightly is another one. */
    private List<Finding> harden(Redis redis, RedisModel model, Pod pod, RedisWorld world) {
        var audit = hardening.audit(model);
        audit.ifPresent(seen -> hardening.repair(redis, model, seen));
        return RedisHardening.findings(model, pod, world, audit);
    }

    private static Verdict resizing(Pod pod) {
        return Verdict.readyBut(
                Reason.ConfigurationPending,
                "maxmemory is raised once the memory limit of pod "
                        + pod.getMetadata().getName() + " is in force.");
    }

    private static Verdict renewing() {
        return Verdict.readyBut(
                Reason.ConfigurationPending,
                "The server has its previous certificates until the kubelet has brought the new ones.");
    }
}
