package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.acl.AclFile;
import dev.redoubt.operator.hardening.Finding;
import dev.redoubt.operator.owned.ContentHash;
import dev.redoubt.operator.pods.PodDiagnosis;
import dev.redoubt.operator.server.ServerCommandException;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerHealth.Silent;
import dev.redoubt.operator.server.ServerHealth.Unknown;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The second half of a pass: the running pod and its server, and what can truthfully be said of them. */
final class RedisConvergence {
    static final Duration NEXT_TRY = Duration.ofSeconds(5);
    private static final Duration CERTIFICATE_POLL = Duration.ofSeconds(2);

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
            return RedisOutcome.of(RedisReadiness.withoutPod(model.names()));
        }
        var pod = found.get();
        if (statefulSet.isPresent() && PodChanges.isOutdated(pod, statefulSet.get())) {
            var difference = PodChanges.difference(pod, statefulSet.get());
            pods.restart(redis, pod, difference);
            return RedisOutcome.of(Verdict.notReady(
                    Reason.Restarting, "Pod " + pod.getMetadata().getName() + " restarts: " + difference + "."));
        }
        return observe(redis, model, pod, world);
    }

    private RedisOutcome observe(Redis redis, RedisModel model, Pod pod, RedisWorld world) {
        var health = server.observe(model, pod);
        var version =
                health instanceof Answering answering ? Optional.of(answering.version()) : Optional.<String>empty();
        var problem = PodDiagnosis.problem(pod);
        if (problem.isPresent() && !(health instanceof Answering)) {
            return RedisOutcome.of(problem.get()).withFindings(RedisHardening.findingsOfSilent(model, pod, world));
        }
        var outcome =
                switch (health) {
                    case Answering answering -> sync(redis, model, pod, world, answering, problem);
                    case Silent(var failure) ->
                        RedisOutcome.of(RedisReadiness.silent(pod, failure))
                                .withFindings(RedisHardening.findingsOfSilent(model, pod, world));
                    case Unknown() ->
                        RedisOutcome.of(RedisReadiness.untried(redis)).withAgain(NEXT_TRY);
                };
        return version.map(outcome::withVersion).orElse(outcome);
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
                            .withAgain(CERTIFICATE_POLL);
                }
            }
            if (waits) {
                return RedisOutcome.of(problem.orElseGet(() -> resizing(pod)));
            }
            return RedisOutcome.of(problem.orElseGet(() -> RedisReadiness.answers(model.names())))
                    .withFindings(harden(redis, model, pod, world));
        } catch (ServerCommandException e) {
            var verdict = problem.orElseGet(() -> Verdict.readyBut(
                    Reason.ConfigurationPending, "The server serves with its old parameters: " + e.getMessage()));
            return RedisOutcome.of(verdict).withAgain(NEXT_TRY);
        }
    }

    /** The server first: whoever reads the file meanwhile reads it after a restart, and the file is not older than this pass. */
    private void syncUsers(RedisModel model, Pod pod, Answering answering) {
        var hash = ContentHash.of(AclFile.render(model.users()));
        if (server.takesOverUsers(model, answering, PodChanges.wasToldOtherUsers(pod, hash))) {
            pods.announceUsers(pod, hash);
        }
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
