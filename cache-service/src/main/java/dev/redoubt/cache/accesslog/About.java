package dev.redoubt.cache.accesslog;

/**
 * What a request was about, in words of the configuration: whatever else its path says is the client's own business.
 *
 * @param family of operations, such as {@code cache}
 * @param kind of what it names, such as {@code region}
 * @param name of that; empty = it named none that there is
 */
public record About(String family, String kind, String name) {

    /** Something that is no family of its own: the status, a probe, nothing that there is. */
    public static final About SERVICE = new About("service", "", "");
}
