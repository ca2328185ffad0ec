package dev.redoubt.operator.certificates;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The authorities that clients are told to trust, the one of the current certificate first, and since when they have been told. An
 * authority signs nothing that is served before everybody had the time to hear of it, and stays trusted until nothing of it is left.
 */
public record Trust(List<Anchor> anchors) {
    public Trust {
        anchors = List.copyOf(anchors);
    }

    /**
     * One authority.
     *
     * @param since when it was first seen in every Secret that clients read; empty until then
     * @param until when it is forgotten; empty while it is wanted
     */
    public record Anchor(X509Certificate certificate, String pem, Optional<Instant> since, Optional<Instant> until) {
        static Anchor unpublished(X509Certificate certificate) {
            return new Anchor(certificate, Pem.write(certificate), Optional.empty(), Optional.empty());
        }

        Anchor publishedAt(Instant time) {
            return new Anchor(certificate, pem, Optional.of(time), until);
        }

        Anchor wanted() {
            return new Anchor(certificate, pem, since, Optional.empty());
        }

        Anchor unwantedUntil(Instant time) {
            return until.isPresent() ? this : new Anchor(certificate, pem, since, Optional.of(time));
        }
    }

    static final Trust NONE = new Trust(List.of());

    /** All of {@code certificates}, published at {@code time}. */
    static Trust published(List<X509Certificate> certificates, Instant time) {
        return new Trust(certificates.stream()
                .distinct()
                .map(found -> Anchor.unpublished(found).publishedAt(time))
                .toList());
    }

    /**
     * This trust where exactly {@code wanted} are wanted, in their order, and every other one is kept until {@code end}, or until it was
     * to be kept already.
     */
    Trust wanting(List<X509Certificate> wanted, Instant end) {
        var next = new ArrayList<Anchor>();
        wanted.stream()
                .distinct()
                .forEach(certificate -> next.add(
                        find(certificate).map(Anchor::wanted).orElseGet(() -> Anchor.unpublished(certificate))));
        anchors.stream()
                .filter(anchor -> !wanted.contains(anchor.certificate()))
                .forEach(anchor -> next.add(anchor.unwantedUntil(end)));
        return new Trust(next);
    }

    /** Without those that have to be forgotten by {@code now}. */
    Trust at(Instant now) {
        return new Trust(anchors.stream()
                .filter(anchor ->
                        anchor.until().filter(end -> !end.isAfter(now)).isEmpty())
                .toList());
    }

    /** With the time noted for those that were seen in all of {@code bundles} for the first time. */
    Trust seenIn(List<String> bundles, Instant now) {
        var seen = bundles.stream()
                .map(bundle -> Pem.certificates(bundle).orElse(List.of()))
                .toList();
        return new Trust(anchors.stream()
                .map(anchor -> anchor.since().isEmpty()
                                && !seen.isEmpty()
                                && seen.stream().allMatch(bundle -> bundle.contains(anchor.certificate()))
                        ? anchor.publishedAt(now)
                        : anchor)
                .toList());
    }

    /** With all of them published at {@code now}, because nobody has read anything else yet. */
    Trust allPublished(Instant now) {
        return new Trust(anchors.stream()
                .map(anchor -> anchor.since().isEmpty() ? anchor.publishedAt(now) : anchor)
                .toList());
    }

    /** Those that everybody has had at least {@code overlap} to hear of. */
    List<X509Certificate> known(Duration overlap, Instant now) {
        return anchors.stream()
                .filter(anchor -> anchor.since()
                        .filter(since -> !since.plus(overlap).isAfter(now))
                        .isPresent())
                .map(Anchor::certificate)
                .toList();
    }

    /** When everybody has had the time to hear of {@code certificate}; empty if that is not known yet. */
    Optional<Instant> knownAt(X509Certificate certificate, Duration overlap) {
        return find(certificate).flatMap(Anchor::since).map(since -> since.plus(overlap));
    }

    Optional<Anchor> find(X509Certificate certificate) {
        return anchors.stream()
                .filter(anchor -> anchor.certificate().equals(certificate))
                .findFirst();
    }

    /** The bundle that clients read. */
    public String pem() {
        return anchors.stream().map(Anchor::pem).collect(Collectors.joining());
    }

    /** What is stored of it. */
    List<Map<String, String>> stored() {
        return anchors.stream()
                .<Map<String, String>>map(anchor -> {
                    var entry = new TreeMap<String, String>();
                    entry.put("certificate", anchor.pem());
                    anchor.since().ifPresent(since -> entry.put("since", since.toString()));
                    anchor.until().ifPresent(until -> entry.put("until", until.toString()));
                    return entry;
                })
                .toList();
    }

    /** The trust that {@link #stored} has written; an entry that cannot be read is left out. */
    static Trust read(List<Map<String, String>> stored) {
        return new Trust(stored.stream()
                .flatMap(entry -> Optional.ofNullable(entry.get("certificate")).flatMap(Pem::certificates).stream()
                        .map(List::getFirst)
                        .map(certificate -> new Anchor(
                                certificate,
                                Pem.write(certificate),
                                time(entry.get("since")),
                                time(entry.get("until")))))
                .toList());
    }

    private static Optional<Instant> time(@Nullable String text) {
        return Optional.ofNullable(text).map(Instant::parse);
    }
}
