package dev.redoubt.operator.certificates;

import dev.redoubt.operator.status.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The certificate that a resource's servers present, whom their clients have to trust, and what clients themselves present.
 *
 * @param authority the resource's own; it signs the certificates of clients even where the server's was given
 * @param server what the servers present now: never anything that clients could not verify
 * @param clients by user, the certificate that each presents; empty if none has to
 * @param source of {@code server}: {@code Operator}, {@code Secret} or {@code CertManager}
 * @param verdict whether the certificate is as the specification wants it; {@code ready} stands for valid
 * @param due when it has to be looked at again, because something begins or ends then
 */
public record ServerIdentity(
        Authority authority,
        KeyedCertificate server,
        SortedMap<String, KeyedCertificate> clients,
        String source,
        Verdict verdict,
        Instant due) {

    private static final Duration AT_ONCE = Duration.ofSeconds(1);
    /** What was given may become good by itself: it begins, or what it waits for comes without an event. */
    private static final Duration RECHECK = Duration.ofSeconds(30);

    public ServerIdentity {
        clients = Collections.unmodifiableSortedMap(new TreeMap<>(clients));
    }

    /** The authorities that a client has to trust, and the server for its clients: what {@code ca.crt} is everywhere. */
    public String bundle() {
        return authority.trust().pem();
    }

    /** How long it is until it has to be looked at again; at once is in a second, so that a clock that stands still costs little. */
    public Duration untilDue(Instant now) {
        var left = verdict.ready() ? Duration.between(now, due) : shorter(Duration.between(now, due), RECHECK);
        return left.compareTo(AT_ONCE) < 0 ? AT_ONCE : left;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Content of the CA Secret, which only the operator reads. */
    public Map<String, String> authoritySecret() {
        var entries = new TreeMap<>(authority.stored());
        clients.forEach((user, pair) -> {
            entries.put(CertificateIssuer.clientCertificate(user), pair.certificatePem());
            entries.put(CertificateIssuer.clientKey(user), pair.keyPem());
        });
        return entries;
    }

    /** Content of the TLS Secret, which is mounted in the server's pods. */
    public Map<String, String> serverSecret() {
        return Map.of(
                CertificateIssuer.CA_CERTIFICATE, bundle(),
                CertificateIssuer.CERTIFICATE, server.certificatePem(),
                CertificateIssuer.KEY, server.keyPem());
    }
}
