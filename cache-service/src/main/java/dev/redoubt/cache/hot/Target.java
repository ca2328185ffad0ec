package dev.redoubt.cache.hot;

import dev.redoubt.cache.problem.Problem;
import dev.redoubt.cache.problem.ProblemType;

/** What a request line points at. */
sealed interface Target {

    /**
     * A path and a query, both still percent-encoded.
     *
     * @param query without the question mark; empty when there is none
     */
    record Resource(String path, String query) implements Target {}

    /** Nothing that could be answered. */
    record Invalid(Problem problem) implements Target {}

    /** Reads a request target in origin form or absolute form (RFC 9112, 3.2). */
    static Target parse(String target) {
        int query = -1;
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#') {
                return invalid("The request target has a character that must be percent-encoded.");
            }
            if (c == '?' && query < 0) {
                query = i;
            }
        }
        int start = target.startsWith("/") ? 0 : pathOfAbsoluteForm(target, query < 0 ? target.length() : query);
        if (start < 0) {
            return invalid("The request target is not a path.");
        }
        if (start == target.length() || start == query) {
            return new Resource("/", query < 0 ? "" : target.substring(query + 1));
        }
        return query < 0
                ? new Resource(start == 0 ? target : target.substring(start), "")
                : new Resource(target.substring(start, query), target.substring(query + 1));
    }

    /** Where the path begins: at {@code end} when there is none, -1 when this is not the absolute form. */
    private static int pathOfAbsoluteForm(String target, int end) {
        int authority = target.startsWith("http://") ? 7 : target.startsWith("https://") ? 8 : -1;
        if (authority < 0) {
            return -1;
        }
        int slash = target.indexOf('/', authority);
        return slash < 0 || slash > end ? end : slash;
    }

    private static Target invalid(String detail) {
        return new Invalid(new Problem(ProblemType.REQUEST_MALFORMED, detail));
    }
}
