package dev.redoubt.operator.certificates;

import dev.redoubt.operator.certificates.CertificateIssuer.Stored;
import dev.redoubt.operator.settings.OperatorSettings.Certificates;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How one authority of a resource follows another: made long before the end of the one that signs, published beside it, signing once
 * everybody has had the time to read it, and its predecessor forgotten when the last of what that signed has ended.
 */
final class Succession {
    private final CertificateMaker maker;
    private final Certificates settings;

    Succession(CertificateMaker maker, Certificates settings) {
        this.maker = maker;
        this.settings = settings;
    }

    /**
     * The authority as it has to be now, one step further than stored if it is time for one.
     *
     * @param anchors further authorities that clients have to trust
     * @param served what the server presents now
     */
    Authority advance(
            Subject subject,
            Stored stored,
            List<X509Certificate> anchors,
            Optional<KeyedCertificate> served,
            Instant now) {
        var current = Authority.current(stored.authority());
        var next = Authority.next(stored.authority());
        var told = told(stored, current, now);
        if (next.isPresent() && (isOver(current, now) || isKnown(next.get(), told, now))) {
            current = next;
            next = Optional.empty();
        }
        var signing = current.filter(found -> !isOver(Optional.of(found), now))
                .orElseGet(() -> maker.authority(subject.name(), subject.namespace(), settings.authority()));
        if (next.isEmpty() && !now.isBefore(successorDue(signing))) {
            next = Optional.of(maker.authority(subject.name(), subject.namespace(), settings.authority()));
        }
        var wanted = Stream.of(
                        anchors.stream(),
                        Stream.of(signing.certificate()),
                        next.map(KeyedCertificate::certificate).stream())
                .flatMap(certificates -> certificates)
                .toList();
        var trust = told.wanting(wanted, end(stored, served, now));
        var brandNew = stored.authority().isEmpty() && stored.server().isEmpty();
        return new Authority(signing, next, brandNew ? trust.allPublished(now.minus(settings.overlap())) : trust);
    }

    /** Whom clients were told to trust; an authority that is gone from the CA Secret is still in theirs. */
    private static Trust told(Stored stored, Optional<KeyedCertificate> current, Instant now) {
        return Authority.trust(stored.authority())
                .orElseGet(() -> Trust.published(
                        Stream.concat(
                                        current.map(KeyedCertificate::certificate).stream(),
                                        Pem.certificates(
                                                stored.server().getOrDefault(CertificateIssuer.CA_CERTIFICATE, ""))
                                                .orElse(List.of())
                                                .stream())
                                .toList(),
                        Instant.EPOCH))
                .at(now)
                .seenIn(stored.published(), now);
    }

    /** When the last of what an authority has signed until now will have ended; then it can be forgotten. */
    private Instant end(Stored stored, Optional<KeyedCertificate> served, Instant now) {
        var clients = stored.authority().entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith("client-") && entry.getKey().endsWith(".crt"))
                .flatMap(entry -> Pem.certificates(entry.getValue()).stream())
                .map(chain -> chain.getFirst().getNotAfter().toInstant());
        var longest = Stream.concat(clients, served.map(KeyedCertificate::notAfter).stream())
                .max(Comparator.naturalOrder())
                .filter(end -> end.isBefore(now.plus(settings.server())))
                .orElse(now.plus(settings.server()));
        return later(longest, now).plus(settings.overlap());
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** Two lives of what it signs before its end, and the time to publish its successor. */
    private Instant successorDue(KeyedCertificate authority) {
        return authority.notAfter().minus(settings.server().multipliedBy(2)).minus(settings.overlap());
    }

    private static boolean isOver(Optional<KeyedCertificate> authority, Instant now) {
        return authority.filter(found -> found.notAfter().isAfter(now)).isEmpty();
    }

    /** Whether everybody has had the time to hear of {@code authority}. */
    boolean isKnown(KeyedCertificate authority, Trust trust, Instant now) {
        return trust.known(settings.overlap(), now).contains(authority.certificate());
    }

    /**
     * The times at which {@code authority} has a step to take, or an anchor of its trust has.
     *
     * @param soon when to look again at what was published a moment ago: the next pass sees it there, and notes the time
     */
    List<Instant> steps(Authority authority, Instant soon) {
        var times = new ArrayList<Instant>();
        times.add(successorDue(authority.current()));
        for (var anchor : authority.trust().anchors()) {
            times.add(
                    anchor.since().map(since -> since.plus(settings.overlap())).orElse(soon));
            anchor.until().ifPresent(times::add);
        }
        return times;
    }
}
