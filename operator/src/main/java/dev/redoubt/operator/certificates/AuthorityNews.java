package dev.redoubt.operator.certificates;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What has happened to an authority between what is stored and what a pass has made of it, for a person. */
public final class AuthorityNews {
    private AuthorityNews() {}

    /**
     * The steps, in their order; none in a pass that takes none.
     *
     * @param stored the CA Secret's content before; empty for a new resource, of which nothing is news
     */
    public static List<String> of(Map<String, String> stored, ServerIdentity identity) {
        var news = new ArrayList<String>();
        var before = Authority.current(stored);
        var authority = identity.authority();
        if (before.isEmpty()) {
            return news;
        }
        if (!before.get().serial().equals(authority.current().serial())) {
            news.add("Certificates are signed by the new authority, serial "
                    + authority.current().serial()
                    + ", from now on; the one before stays in ca.crt until what it signed has ended.");
        }
        authority
                .next()
                .filter(next -> Authority.next(stored)
                        .filter(known -> known.serial().equals(next.serial()))
                        .isEmpty())
                .ifPresent(next -> news.add("A new authority, serial " + next.serial()
                        + ", is in ca.crt beside the old one; it signs once everybody has had the time to read it."));
        Authority.trust(stored).map(Trust::anchors).orElse(List.of()).stream()
                .filter(anchor -> authority.trust().find(anchor.certificate()).isEmpty())
                .forEach(anchor -> news.add("The authority with serial "
                        + anchor.certificate().getSerialNumber().toString(16) + " is in ca.crt no more."));
        return news;
    }
}
