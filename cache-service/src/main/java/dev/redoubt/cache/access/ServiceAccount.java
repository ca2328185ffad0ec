package dev.redoubt.cache.access;

import org.jspecify.annotations.Nullable;

/** A Kubernetes ServiceAccount, as the subject of its tokens names it. */
public record ServiceAccount(String namespace, String name) {

    private static final String PREFIX = "system:serviceaccount:";

    /** From {@code system:serviceaccount:NAMESPACE:NAME}; null when the subject is not of that form. */
    static @Nullable ServiceAccount ofSubject(@Nullable String subject) {
        if (subject == null || !subject.startsWith(PREFIX)) {
            return null;
        }
        int colon = subject.indexOf(':', PREFIX.length());
        if (colon <= PREFIX.length() || colon == subject.length() - 1 || subject.indexOf(':', colon + 1) >= 0) {
            return null;
        }
        return new ServiceAccount(subject.substring(PREFIX.length(), colon), subject.substring(colon + 1));
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
