package dev.redoubt.operator.certificates;

import dev.redoubt.api.v1alpha1.CertificateStatus;
import dev.redoubt.operator.certificates.CertificateIssuer.Issuance;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be said of a certificate.
 *
 * @param verdict whether it is as the specification wants it; {@code ready} stands for valid
 * @param served empty while there is none
 */
public record CertificateReport(Verdict verdict, Optional<CertificateStatus> served) {
    /** Of what was issued, or not. */
    public static CertificateReport of(Issuance issuance) {
        return switch (issuance) {
            case Issuance.Waiting(var verdict) -> new CertificateReport(verdict, Optional.empty());
            case Issuance.Issued(var identity) -> of(identity);
        };
    }

    /** Of what is served. */
    public static CertificateReport of(ServerIdentity identity) {
        var server = identity.server();
        return new CertificateReport(
                identity.verdict(),
                Optional.of(new CertificateStatus(
                        identity.source(),
                        server.serial(),
                        server.notAfter().truncatedTo(ChronoUnit.SECONDS).toString())));
    }

    /** The condition that says it; what was said before if {@code report} is empty, because nobody looked. */
    public static Condition condition(
            Optional<CertificateReport> report, List<Condition> previous, long generation, Instant now) {
        var before = Conditions.find(previous, Conditions.CERTIFICATE_VALID);
        if (report.isEmpty() && before.isPresent()) {
            return new ConditionBuilder(before.get())
                    .withObservedGeneration(generation)
                    .build();
        }
        var verdict = report.map(CertificateReport::verdict)
                .orElse(Verdict.notReady(Reason.NotProbed, "The certificate was not looked at yet."));
        var status = report.isEmpty() ? "Unknown" : verdict.ready() ? "True" : "False";
        return Conditions.of(
                Conditions.CERTIFICATE_VALID, status, verdict.reason(), verdict.message(), previous, generation, now);
    }

    /** The certificate to show; what was shown before if {@code report} is empty, or has none. */
    public static @Nullable CertificateStatus status(
            Optional<CertificateReport> report, @Nullable CertificateStatus before) {
        return report.flatMap(CertificateReport::served).orElse(before);
    }
}
