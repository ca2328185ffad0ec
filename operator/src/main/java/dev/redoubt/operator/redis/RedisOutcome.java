package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.CertificateStatus;
import dev.redoubt.operator.certificates.CertificateReport;
import dev.redoubt.operator.hardening.Finding;
import dev.redoubt.operator.memory.MemoryState;
import dev.redoubt.operator.server.ServerHealth;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.status.ApiErrors;
import dev.redoubt.operator.status.Concern;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a pass found.
 *
 * @param version of the running server, if it was asked
 * @param bound whether the binding Secret is there
 * @param again when the next pass is due, if not by an event
 * @param findings of hardening controls; of what is missing the last ones hold
 * @param memory of the running server; if nothing new is known, what was said last holds
 * @param credentials what is said of its passwords; likewise
 * @param certificate that is served; likewise
 * @param concerns what is found of each; of one that is missing what was said last holds
 */
record RedisOutcome(
        Verdict verdict,
        Optional<String> version,
        boolean bound,
        Optional<Duration> again,
        List<Finding> findings,
        Optional<MemoryState> memory,
        Optional<CredentialsReport> credentials,
        Optional<CertificateStatus> certificate,
        List<Concern> concerns) {
    RedisOutcome {
        findings = List.copyOf(findings);
        concerns = List.copyOf(concerns);
    }

    static RedisOutcome of(Verdict verdict) {
        return new RedisOutcome(
                verdict,
                Optional.empty(),
                false,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /** What is left to say when the pass ended with {@code error}: the server was measured all the same. */
    static RedisOutcome failed(Throwable error, ServerHealth health) {
        return health instanceof Answering answering
                ? of(ApiErrors.verdict(error, true)).withVersion(answering.version())
                : of(ApiErrors.verdict(error, false));
    }

    RedisOutcome withBinding() {
        return new RedisOutcome(verdict, version, true, again, findings, memory, credentials, certificate, concerns);
    }

    /** Adds what else there is to say of a Redis that is otherwise fine. */
    RedisOutcome withRemark(Optional<Verdict> remark) {
        var fine = verdict.ready() && verdict.reason() == Reason.Available;
        return remark.isPresent() && fine
                ? new RedisOutcome(
                        remark.get(), version, bound, again, findings, memory, credentials, certificate, concerns)
                : this;
    }

    RedisOutcome withVersion(String running) {
        return new RedisOutcome(
                verdict, Optional.of(running), bound, again, findings, memory, credentials, certificate, concerns);
    }

    RedisOutcome withAgain(Duration delay) {
        var sooner = again.filter(other -> other.compareTo(delay) < 0).orElse(delay);
        return new RedisOutcome(
                verdict, version, bound, Optional.of(sooner), findings, memory, credentials, certificate, concerns);
    }

    RedisOutcome withFindings(List<Finding> found) {
        return new RedisOutcome(verdict, version, bound, again, found, memory, credentials, certificate, concerns);
    }

    /** Adds what is known of the memory; of a server that is gone nothing is. */
    RedisOutcome withMemory(Optional<MemoryState> found) {
        var known = found.or(() -> verdict.ready() ? Optional.empty() : Optional.of(MemoryState.UNKNOWN));
        return new RedisOutcome(verdict, version, bound, again, findings, known, credentials, certificate, concerns);
    }

    RedisOutcome withCredentials(Optional<CredentialsReport> report) {
        return new RedisOutcome(verdict, version, bound, again, findings, memory, report, certificate, concerns);
    }

    RedisOutcome withCertificate(CertificateReport report) {
        var served = report.served().or(() -> certificate);
        return new RedisOutcome(verdict, version, bound, again, findings, memory, credentials, served, concerns)
                .withConcern(report.concern());
    }

    /** Adds what is found of one concern, in place of what was found of it before. */
    RedisOutcome withConcern(Concern found) {
        var all = Stream.concat(concerns.stream().filter(other -> !other.type().equals(found.type())), Stream.of(found))
                .toList();
        return new RedisOutcome(verdict, version, bound, again, findings, memory, credentials, certificate, all);
    }
}
