package dev.redoubt.operator.redis;

import dev.redoubt.operator.certificates.CertificateReport;
import dev.redoubt.operator.hardening.Finding;
import dev.redoubt.operator.memory.MemoryState;
import dev.redoubt.operator.server.ServerHealth;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.status.ApiErrors;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a pass found.
 *
 * @param version of the running server, if it was asked
 * @param bound whether the binding Secret is there
 * @param again when the next pass is due, if not by an event
 * @param findings of hardening controls; of what is missing the last ones hold
 * @param memory of the running server; if nothing new is known, what was said last holds
 * @param certificate that is served; if nobody looked, what was said last holds
 */
record RedisOutcome(
        Verdict verdict,
        Optional<String> version,
        boolean bound,
        Optional<Duration> again,
        List<Finding> findings,
        Optional<MemoryState> memory,
        Optional<CertificateReport> certificate) {
    RedisOutcome {
        findings = List.copyOf(findings);
    }

    static RedisOutcome of(Verdict verdict) {
        return new RedisOutcome(
                verdict, Optional.empty(), false, Optional.empty(), List.of(), Optional.empty(), Optional.empty());
    }

    /** What is left to say when the pass ended with {@code error}: the server was measured all the same. */
    static RedisOutcome failed(Throwable error, ServerHealth health) {
        return health instanceof Answering answering
                ? of(ApiErrors.verdict(error, true)).withVersion(answering.version())
                : of(ApiErrors.verdict(error, false));
    }

    RedisOutcome withBinding() {
        return new RedisOutcome(verdict, version, true, again, findings, memory, certificate);
    }

    /** Adds what else there is to say of a Redis that is otherwise fine. */
    RedisOutcome withRemark(Optional<Verdict> remark) {
        var fine = verdict.ready() && verdict.reason() == Reason.Available;
        return remark.isPresent() && fine
                ? new RedisOutcome(remark.get(), version, bound, again, findings, memory, certificate)
                : this;
    }

    RedisOutcome withVersion(String running) {
        return new RedisOutcome(verdict, Optional.of(running), bound, again, findings, memory, certificate);
    }

    RedisOutcome withAgain(Duration delay) {
        var sooner = again.filter(other -> other.compareTo(delay) < 0).orElse(delay);
        return new RedisOutcome(verdict, version, bound, Optional.of(sooner), findings, memory, certificate);
    }

    RedisOutcome withFindings(List<Finding> found) {
        return new RedisOutcome(verdict, version, bound, again, found, memory, certificate);
    }

    RedisOutcome withCertificate(CertificateReport report) {
        return new RedisOutcome(verdict, version, bound, again, findings, memory, Optional.of(report));
    }

    /** Adds what is known of the memory; of a server that is gone nothing is. */
    RedisOutcome withMemory(Optional<MemoryState> found) {
        var known = found.or(() -> verdict.ready() ? Optional.empty() : Optional.of(MemoryState.UNKNOWN));
        return new RedisOutcome(verdict, version, bound, again, findings, known, certificate);
    }
}
