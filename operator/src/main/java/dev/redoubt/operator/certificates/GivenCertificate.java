package dev.redoubt.operator.certificates;

import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A certificate that somebody else has issued: whether a server can do with it, or why not and what to do about it. */
final class GivenCertificate {
    private static final int DNS_NAME = 2;
    private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

    /** A certificate that lives shorter than this many times the warning would be warned of for ever: the warning is a part of its life. */
    private static final int PART_OF_LIFE = 5;

    private GivenCertificate() {}

    /** What came of looking at it. */
    sealed interface Judgement {
        /** It will do, for servers whose clients trust one of {@code anchors}. */
        record Good(KeyedCertificate pair, List<X509Certificate> anchors) implements Judgement {}

        /** It will not. */
        record Bad(Verdict verdict) implements Judgement {}
    }

    static Judgement judge(Wish.Given given, List<String> needed, Instant now) {
        var entries = given.entries();
        var missing =
                List.of(CertificateIssuer.CERTIFICATE, CertificateIssuer.KEY, CertificateIssuer.CA_CERTIFICATE).stream()
                        .filter(key -> entries.getOrDefault(key, "").isBlank())
                        .toList();
        if (!missing.isEmpty()) {
            return bad(
                    Reason.CertificateUnreadable,
                    "%s has no entry %s. It needs tls.crt (the certificate, then those that lead to its authority), tls.key and ca.crt (the authority, for clients to verify the server by)."
                            .formatted(given.origin(), String.join(", ", missing)));
        }
        var chain = certificates(entries, CertificateIssuer.CERTIFICATE);
        var anchors = certificates(entries, CertificateIssuer.CA_CERTIFICATE);
        var key = Pem.key(entries.getOrDefault(CertificateIssuer.KEY, ""));
        if (chain.isEmpty() || anchors.isEmpty() || key.isEmpty()) {
            var unreadable = chain.isEmpty()
                    ? "tls.crt holds no certificate in PEM"
                    : anchors.isEmpty()
                            ? "ca.crt holds no certificate in PEM"
                            : "tls.key holds no EC, RSA or Ed25519 key in PEM, or one that is encrypted";
            return bad(
                    Reason.CertificateUnreadable,
                    given.origin() + " cannot be used: " + unreadable + ". Put a readable one there.");
        }
        var leaf = chain.get().getFirst();
        if (!Pem.belongTogether(leaf, key.get())) {
            return bad(
                    Reason.CertificateMismatched,
                    "%s: the key in tls.key is not the one of the first certificate in tls.crt, %s. Put both of one issue there, in one write."
                            .formatted(given.origin(), title(leaf)));
        }
        return complaint(given, leaf, chain.get(), anchors.get(), needed, now)
                .<Judgement>map(Judgement.Bad::new)
                .orElseGet(() -> new Judgement.Good(
                        new KeyedCertificate(
                                leaf,
                                key.get(),
                                entries.getOrDefault(CertificateIssuer.CERTIFICATE, ""),
                                entries.getOrDefault(CertificateIssuer.KEY, "")),
                        anchors.get()));
    }

    private static Optional<List<X509Certificate>> certificates(Map<String, String> entries, String key) {
        return Pem.certificates(entries.getOrDefault(key, ""));
    }

    private static Optional<Verdict> complaint(
            Wish.Given given,
            X509Certificate leaf,
            List<X509Certificate> chain,
            List<X509Certificate> anchors,
            List<String> needed,
            Instant now) {
        if (!leaf.getNotAfter().toInstant().isAfter(now)) {
            return verdict(
                    Reason.CertificateExpired,
                    "%s: %s ended at %s. Put a new one there."
                            .formatted(
                                    given.origin(),
                                    title(leaf),
                                    leaf.getNotAfter().toInstant()));
        }
        if (leaf.getNotBefore().toInstant().isAfter(now)) {
            return verdict(
                    Reason.CertificateNotYetValid,
                    "%s: %s begins at %s only; it is taken over then."
                            .formatted(
                                    given.origin(),
                                    title(leaf),
                                    leaf.getNotBefore().toInstant()));
        }
        var unnamed = needed.stream().filter(name -> !isFor(leaf, name)).toList();
        if (!unnamed.isEmpty()) {
            return verdict(
                    Reason.CertificateNamesMissing,
                    "%s: %s is not for %s. Have it issued anew with these among its subject alternative names (DNS)."
                            .formatted(given.origin(), title(leaf), String.join(", ", unnamed)));
        }
        if (!isForServers(leaf)) {
            return verdict(
                    Reason.CertificateUntrusted,
                    "%s: %s may not be used by servers. Have it issued anew with the extended key usage serverAuth."
                            .formatted(given.origin(), title(leaf)));
        }
        var anchor = anchor(leaf, chain, anchors, now);
        if (anchor.isEmpty()) {
            return verdict(
                    Reason.CertificateUntrusted,
                    "%s: no authority in ca.crt leads to %s, issued by %s. Put its authority into ca.crt, and what lies between into tls.crt."
                            .formatted(
                                    given.origin(),
                                    title(leaf),
                                    leaf.getIssuerX500Principal().getName()));
        }
        var issuer = anchor.get();
        if (!issuer.getSubjectX500Principal().equals(issuer.getIssuerX500Principal())) {
            return verdict(
                    Reason.CertificateUntrusted,
                    "%s: the authority in ca.crt, %s, is itself issued by %s, and most clients verify up to one that signs itself. Put that one into ca.crt, and the other into tls.crt."
                            .formatted(
                                    given.origin(),
                                    title(issuer),
                                    issuer.getIssuerX500Principal().getName()));
        }
        return Optional.empty();
    }

    private static Optional<Verdict> verdict(Reason reason, String message) {
        return Optional.of(Verdict.notReady(reason, message));
    }

    private static Judgement bad(Reason reason, String message) {
        return new Judgement.Bad(Verdict.notReady(reason, message));
    }

    private static String title(X509Certificate certificate) {
        var name = certificate.getSubjectX500Principal().getName();
        return "certificate " + (name.isEmpty() ? "" : name + ", ") + "serial "
                + certificate.getSerialNumber().toString(16);
    }

    /** Whether a client that trusts {@code anchors} alone would let {@code pair} pass, its names not looked at. */
    static boolean isTrusted(KeyedCertificate pair, Collection<X509Certificate> anchors, Instant now) {
        var chain = Pem.certificates(pair.certificatePem()).orElse(List.of(pair.certificate()));
        return anchor(pair.certificate(), chain, anchors, now).isPresent();
    }

    /** The authority among {@code anchors}, itself valid, that leads to {@code leaf}. */
    private static Optional<X509Certificate> anchor(
            X509Certificate leaf, Collection<X509Certificate> chain, Collection<X509Certificate> anchors, Instant now) {
        var valid = anchors.stream()
                .filter(anchor -> anchor.getNotAfter().toInstant().isAfter(now))
                .map(anchor -> new TrustAnchor(anchor, null))
                .collect(Collectors.toSet());
        if (valid.isEmpty()) {
            return Optional.empty();
        }
        try {
            var target = new X509CertSelector();
            target.setCertificate(leaf);
            var parameters = new PKIXBuilderParameters(valid, target);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            var path = (PKIXCertPathBuilderResult)
                    CertPathBuilder.getInstance("PKIX").build(parameters);
            return Optional.of(path.getTrustAnchor().getTrustedCert());
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static boolean isForServers(X509Certificate leaf) {
        try {
            var purposes = leaf.getExtendedKeyUsage();
            return purposes == null || purposes.contains(SERVER_AUTHENTICATION);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean isFor(X509Certificate leaf, String host) {
        try {
            var names = leaf.getSubjectAlternativeNames();
            return names != null
                    && names.stream()
                            .filter(pair -> pair.getFirst().equals(DNS_NAME))
                            .map(pair -> String.valueOf(pair.getLast()).toLowerCase(Locale.ROOT))
                            .anyMatch(name -> matches(name, host));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** By RFC 6125: a star stands for the whole first label, and for nothing else. */
    private static boolean matches(String name, String host) {
        return name.equals(host)
                || (name.startsWith("*.") && name.substring(1).equals(host.substring(Math.max(0, host.indexOf('.')))));
    }

    /** From when on to warn that {@code certificate} ends. */
    static Instant warnAt(X509Certificate certificate, Duration before) {
        var end = certificate.getNotAfter().toInstant();
        var part = Duration.between(certificate.getNotBefore().toInstant(), end).dividedBy(PART_OF_LIFE);
        return end.minus(part.compareTo(before) < 0 ? part : before);
    }
}
