package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.ControlState;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.certificates.CertificateIssuer;
import dev.redoubt.operator.hardening.Auditor;
import dev.redoubt.operator.hardening.Control;
import dev.redoubt.operator.hardening.Finding;
import dev.redoubt.operator.rotation.StoredCredentials;
import dev.redoubt.operator.server.ServerHealth;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerHealth.Unknown;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Arrays;
import java.util.List;

/**
 * A pass over a Redis that is paused: it looks, and touches nothing. It makes no model, because that is what the Redis shall be: the
 * server is reached by the password and the authority that are there, not by those that a pass would make in place of missing or old ones.
 */
final class PausedRedis {
    /** A probe leaves traces on the server, and what it finds could not be put right. */
    private static final List<Finding> NOT_PROBED = Arrays.stream(Control.values())
            .map(control -> new Finding(control, ControlState.UNKNOWN, "It is not probed while the Redis is paused."))
            .toList();

    private final ServerSync server;
    private final Auditor auditor;

    PausedRedis(ServerSync server, Auditor auditor) {
        this.server = server;
        this.auditor = auditor;
    }

    RedisOutcome look(Redis redis, RedisNames names, RedisWorld world) {
        auditor.forget(names.server(0));
        var outcome = world.pod()
                .map(pod -> measure(redis, names, world, pod))
                .orElseGet(() -> RedisOutcome.of(withoutPod(names, world)));
        return outcome.withFindings(NOT_PROBED);
    }

    private Verdict withoutPod(RedisNames names, RedisWorld world) {
        server.forget(names);
        return world.statefulSet().isPresent()
                ? RedisReadiness.withoutPod(names)
                : missing("There is no StatefulSet " + names.base());
    }

    private RedisOutcome measure(Redis redis, RedisNames names, RedisWorld world, Pod pod) {
        var passwords = StoredCredentials.ofUser(world.credentials(), AclUser.OPERATOR.userName())
                .toList();
        var authorities = world.certificate().get(CertificateIssuer.CA_CERTIFICATE);
        if (!passwords.isEmpty() && authorities != null) {
            var presented = CertificateIssuer.client(world.authority(), AclUser.OPERATOR.userName());
            return measured(redis, names, pod, server.observe(names, pod, passwords, authorities, presented));
        }
        // The connection that there is goes on answering; a new one cannot be made.
        var health = server.health(names);
        return health instanceof Unknown
                ? RedisOutcome.of(missing("Secret " + names.credentialsSecret() + " or " + names.tlsSecret()
                        + ", without which the operator cannot log in, is not there"))
                : measured(redis, names, pod, health);
    }

    private static RedisOutcome measured(Redis redis, RedisNames names, Pod pod, ServerHealth health) {
        var outcome = RedisOutcome.of(RedisReadiness.of(redis, names, pod, health));
        return switch (health) {
            case Answering(var version, var _) -> outcome.withVersion(version);
            case Unknown() -> outcome.withAgain(RedisConvergence.NEXT_TRY);
            default -> outcome;
        };
    }

    private static Verdict missing(String what) {
        return Verdict.notReady(Reason.Paused, what + ", and nothing is made while the Redis is paused.");
    }
}
