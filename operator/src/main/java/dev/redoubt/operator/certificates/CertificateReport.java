package dev.redoubt.operator.certificates;

import dev.redoubt.api.v1alpha1.CertificateStatus;
import dev.redoubt.operator.status.Concern;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Verdict;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What is to be said of a certificate.
 *
 * @param verdict whether it is as the specification wants it; {@code ready} stands for valid
 * @param served empty while there is none
 */
public record CertificateReport(Verdict verdict, Optional<CertificateStatus> served) {
    /** What is said while nobody has looked. */
    public static final Concern NOT_LOOKED_AT =
            Concern.unknown(Conditions.CERTIFICATE_VALID, "The certificate was not looked at yet.");

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

    /** What is said of it as a concern of its own. */
    public Concern concern() {
        return new Concern(
                Conditions.CERTIFICATE_VALID, verdict.ready() ? "True" : "False", verdict.reason(), verdict.message());
    }
}
