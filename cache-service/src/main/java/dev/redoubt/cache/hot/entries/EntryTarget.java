package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Percent;
import dev.redoubt.cache.problem.Problem;
import dev.redoubt.cache.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a path under {@code /v1/cache} points at. */
sealed interface EntryTarget {

    /**
     * {@code /v1/cache/{region}/{key}}, and for POST {@code …/{key}:{verb}}.
     *
     * @param key the bytes of the key, percent-decoded
     * @param verb empty unless the method is POST: a key may have a colon itself
     */
    @SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
    record Entry(String region, byte[] key, String verb) implements EntryTarget {}

    /** {@code /v1/cache/{region}} with an empty verb, and {@code /v1/cache/{region}:{verb}}. */
    record Whole(String region, String verb) implements EntryTarget {}

    /** {@code /v1/cache}. */
    record All() implements EntryTarget {}

    /** Nothing that could be answered. */
    record Invalid(Problem problem) implements EntryTarget {}

    /**
     * Reads a path.
     *
     * @param prefix characters of it that are known: up to the slash before the region
     * @param maxKey bytes that a key may have
     */
    static EntryTarget parse(String path, int prefix, int maxKey, boolean isPost) {
        if (path.length() <= prefix + 1) {
            return new All();
        }
        if (path.charAt(prefix) != '/') {
            return new Whole("", path.substring(prefix + 1));
        }
        int slash = path.indexOf('/', prefix + 1);
        if (slash < 0) {
            int colon = path.indexOf(':', prefix + 1);
            String region = decoded(path.substring(prefix + 1, colon < 0 ? path.length() : colon));
            return region == null
                    ? invalid("A % is not followed by two hex digits: write % as %25.")
                    : new Whole(region, colon < 0 ? "" : path.substring(colon + 1));
        }
        return entry(path.substring(prefix + 1, slash), path.substring(slash + 1), maxKey, isPost);
    }

    private static EntryTarget entry(String region, String segment, int maxKey, boolean isPost) {
        int colon = isPost ? segment.lastIndexOf(':') : -1;
        String key = colon < 0 ? segment : segment.substring(0, colon);
        if (key.indexOf('/') >= 0) {
            return invalid("A key is one path segment: write / as %2F.");
        }
        if (key.isEmpty() || key.equals(".") || key.equals("..")) {
            return invalid("The key is empty, or a dot segment, which clients and proxies take away.");
        }
        byte[] decodedKey = Percent.decode(key);
        String decodedRegion = decoded(region);
        if (decodedKey == null || decodedRegion == null) {
            return invalid("A % is not followed by two hex digits: write % as %25.");
        }
        if (decodedKey.length > maxKey) {
            return invalid(
                    "The key has " + decodedKey.length + " bytes after percent-decoding; " + maxKey + " are allowed.");
        }
        return new Entry(decodedRegion, decodedKey, colon < 0 ? "" : segment.substring(colon + 1));
    }

    private static @Nullable String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] bytes = Percent.decode(text);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    private static Invalid invalid(String detail) {
        return new Invalid(new Problem(ProblemType.KEY_INVALID, detail));
    }
}
