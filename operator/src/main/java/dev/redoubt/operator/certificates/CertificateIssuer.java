package dev.redoubt.operator.certificates;

import dev.redoubt.operator.certificates.GivenCertificate.Judgement;
import dev.redoubt.operator.settings.OperatorSettings.Certificates;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Decides which certificates a resource has, and makes those that it lacks. What is stored and still good is kept, byte for byte.
 *
 * <p>Nothing is served that clients could not verify by what they have read. So a new authority is published first, beside the old one,
 * and signs only once everybody has had the time to read it; the old one stays published until whatever it signed has ended. The same
 * holds for a given certificate of an authority that clients have not heard of.
 */
public final class CertificateIssuer {
    /** Key of the authorities in every Secret that clients read, and of the one that signs in the CA Secret. */
    public static final String CA_CERTIFICATE = "ca.crt";
    /** Key of the authority's private key in the CA Secret; in no other. */
    public static final String CA_KEY = "ca.key";
    /** Key of a certificate that its reader presents. */
    public static final String CERTIFICATE = "tls.crt";
    /** Key of the private key to it. */
    public static final String KEY = "tls.key";

    /** Kinds of names, by RFC 5280. */
    private static final int DNS_NAME = 2;

    private static final int ADDRESS = 7;

    private static final Duration SOON = Duration.ofSeconds(5);

    private final Clock clock;
    private final CertificateMaker maker;
    private final Certificates settings;
    private final Succession succession;

    /** @param settings lives of certificates; how long a new authority is published before it signs */
    public CertificateIssuer(Clock clock, SecureRandom random, Certificates settings) {
        this.clock = clock;
        this.maker = new CertificateMaker(clock, random);
        this.settings = settings;
        this.succession = new Succession(maker, settings);
    }

    /** Key of the certificate of the client {@code user} in the CA Secret. */
    static String clientCertificate(String user) {
        return "client-" + user + ".crt";
    }

    /** Key of the private key to it. */
    static String clientKey(String user) {
        return "client-" + user + ".key";
    }

    /** The certificate that the client {@code user} presents, as the CA Secret has it; empty if it needs none. */
    public static Optional<KeyedCertificate> client(Map<String, String> authority, String user) {
        return Pem.read(authority.get(clientCertificate(user)), authority.get(clientKey(user)));
    }

    /** A certificate of {@code authority}, kept by nobody, that proves whether a server lets its clients in. */
    public static KeyedCertificate proofOf(KeyedCertificate authority) {
        var made = authority.issuedAt();
        return new CertificateMaker(Clock.fixed(made, ZoneOffset.UTC), new SecureRandom())
                .client("proof", Duration.between(made, authority.notAfter()), authority);
    }

    /**
     * What is there.
     *
     * @param authority the CA Secret's content, empty if there is none
     * @param server the TLS Secret's content, empty if there is none
     * @param published {@code ca.crt} of every Secret that clients read, empty text where it is missing
     */
    public record Stored(Map<String, String> authority, Map<String, String> server, List<String> published) {
        public Stored {
            published = List.copyOf(published);
        }

        @Override
        public String toString() {
            return "Stored[]";
        }
    }

    /** What became of a wish. */
    public sealed interface Issuance {
        /** There is a certificate to serve. */
        record Issued(ServerIdentity identity) implements Issuance {}

        /** There is none: what was given will not do, and nothing was served before. */
        record Waiting(Verdict verdict) implements Issuance {}
    }

    /** The certificates that {@code subject} shall have now. */
    public Issuance ensure(Subject subject, Wish wish, Stored stored) {
        var now = clock.instant();
        return switch (wish) {
            case Wish.Own() -> own(subject, stored, now);
            case Wish.Missing(var source, var verdict) -> kept(subject, source, verdict, stored, now);
            case Wish.Given given ->
                switch (GivenCertificate.judge(given, subject.needed(), now)) {
                    case Judgement.Bad(var verdict) -> kept(subject, given.source(), verdict, stored, now);
                    case Judgement.Good(var pair, var anchors) -> given(subject, given, pair, anchors, stored, now);
                };
        };
    }

    private Issuance own(Subject subject, Stored stored, Instant now) {
        var old = served(stored, now);
        var authority = succession.advance(subject, stored, List.of(), old, now);
        var current = authority.current();
        var known =
                old.isEmpty() || isSignedBy(old.get(), current) || succession.isKnown(current, authority.trust(), now);
        var server = old.filter(found -> !known || isCurrent(found, current, subject.names(), now))
                .orElseGet(() -> maker.server(subject.name(), subject.names(), settings.server(), current));
        return issued(subject, authority, server, "Operator", Optional.empty(), stored, now);
    }

    private Issuance given(
            Subject subject,
            Wish.Given given,
            KeyedCertificate pair,
            List<X509Certificate> anchors,
            Stored stored,
            Instant now) {
        var old = served(stored, now);
        var authority = succession.advance(subject, stored, anchors, old, now);
        if (old.isEmpty() || GivenCertificate.isTrusted(pair, familiar(authority.trust(), old.get(), now), now)) {
            return issued(subject, authority, pair, given.source(), Optional.of(soon(given, pair, now)), stored, now);
        }
        var verdict = Verdict.readyBut(
                Reason.AuthorityPublished,
                "The certificate of %s is of an authority that clients did not know: it is in ca.crt now, and the server changes over once everybody has had %s to read it."
                        .formatted(given.origin(), words(settings.overlap())));
        return issued(subject, authority, old.get(), given.source(), Optional.of(verdict), stored, now);
    }

    /** The authorities that clients have had the time to hear of, and those by which they verify the server today. */
    private List<X509Certificate> familiar(Trust trust, KeyedCertificate served, Instant now) {
        var today = trust.anchors().stream()
                .map(Trust.Anchor::certificate)
                .filter(anchor -> GivenCertificate.isTrusted(served, List.of(anchor), now));
        return Stream.concat(trust.known(settings.overlap(), now).stream(), today)
                .distinct()
                .toList();
    }

    private Verdict soon(Wish.Given given, KeyedCertificate pair, Instant now) {
        return GivenCertificate.warnAt(pair.certificate(), settings.warning()).isAfter(now)
                ? Verdict.readyBut(Reason.CertificateCurrent, given.origin() + " is served.")
                : Verdict.readyBut(
                        Reason.CertificateExpiresSoon,
                        "The certificate of %s ends at %s, and nothing has renewed it. Put a new one there."
                                .formatted(given.origin(), pair.notAfter()));
    }

    /** What is served goes on being served: nothing better is there. */
    private Issuance kept(Subject subject, String source, Verdict verdict, Stored stored, Instant now) {
        var old = Pem.read(stored.server().get(CERTIFICATE), stored.server().get(KEY));
        if (old.isEmpty()) {
            return new Issuance.Waiting(verdict);
        }
        var anchors = Pem.certificates(stored.server().getOrDefault(CA_CERTIFICATE, "")).orElse(List.of()).stream()
                .filter(anchor -> GivenCertificate.isTrusted(old.get(), List.of(anchor), now))
                .toList();
        var authority = succession.advance(subject, stored, anchors, old, now);
        var said = Verdict.notReady(
                verdict.reason(),
                verdict.message() + " Meanwhile the server keeps the certificate that it has, until "
                        + old.get().notAfter() + ".");
        return issued(subject, authority, old.get(), source, Optional.of(said), stored, now);
    }

    private ServerIdentity identity(
            Subject subject,
            Authority authority,
            KeyedCertificate server,
            String source,
            Verdict verdict,
            Stored stored,
            Instant now) {
        var clients = new TreeMap<String, KeyedCertificate>();
        for (var user : subject.clients()) {
            clients.put(user, client(user, authority.current(), stored, now));
        }
        return new ServerIdentity(
                authority, server, clients, source, verdict, due(authority, server, clients.values(), source, now));
    }

    private Issuance issued(
            Subject subject,
            Authority authority,
            KeyedCertificate server,
            String source,
            Optional<Verdict> verdict,
            Stored stored,
            Instant now) {
        var said = verdict.orElseGet(() -> Verdict.readyBut(
                Reason.CertificateCurrent,
                "Issued by the resource's own authority, and renewed by the operator in time."));
        return new Issuance.Issued(identity(subject, authority, server, source, said, stored, now));
    }

    private KeyedCertificate client(String user, KeyedCertificate authority, Stored stored, Instant now) {
        return Pem.read(
                        stored.authority().get(clientCertificate(user)),
                        stored.authority().get(clientKey(user)))
                .filter(found -> now.isBefore(found.renewAt()) && isSignedBy(found, authority))
                .orElseGet(() -> maker.client(user, settings.server(), authority));
    }

    /** What the server presents now, if it is anything that a client could verify. */
    private static Optional<KeyedCertificate> served(Stored stored, Instant now) {
        return Pem.read(stored.server().get(CERTIFICATE), stored.server().get(KEY))
                .filter(found -> found.notAfter().isAfter(now));
    }

    private static boolean isCurrent(
            KeyedCertificate server, KeyedCertificate authority, ServerNames names, Instant now) {
        return now.isBefore(server.renewAt())
                && isSignedBy(server, authority)
                && subjectNames(server).equals(Optional.of(names));
    }

    private static boolean isSignedBy(KeyedCertificate leaf, KeyedCertificate authority) {
        try {
            leaf.certificate().verify(authority.certificate().getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static Optional<ServerNames> subjectNames(KeyedCertificate server) {
        try {
            var names = Optional.ofNullable(server.certificate().getSubjectAlternativeNames())
                    .orElse(List.of());
            return Optional.of(new ServerNames(valuesOf(names, DNS_NAME), valuesOf(names, ADDRESS)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /** Each entry of the JDK's collection is a pair of the kind of name and the name. */
    private static List<String> valuesOf(Collection<List<?>> names, int kind) {
        return names.stream()
                .filter(pair -> pair.getFirst().equals(kind))
                .map(pair -> String.valueOf(pair.getLast()))
                .toList();
    }

    /** The next time at which anything of this begins, ends or is due. */
    private Instant due(
            Authority authority,
            KeyedCertificate server,
            Collection<KeyedCertificate> clients,
            String source,
            Instant now) {
        var times = new ArrayList<Instant>();
        var own = source.equals("Operator");
        times.add(own ? server.renewAt() : GivenCertificate.warnAt(server.certificate(), settings.warning()));
        times.add(server.notAfter());
        clients.forEach(client -> times.add(client.renewAt()));
        times.addAll(succession.steps(authority, now.plus(SOON)));
        return times.stream()
                .filter(time -> time.isAfter(now))
                .min(Comparator.naturalOrder())
                .orElse(now.plus(SOON));
    }

    private static String words(Duration time) {
        return time.toSeconds() % 60 != 0 ? time.toSeconds() + " s" : time.toMinutes() + " min";
    }
}
