package dev.redoubt.cache.hot.entries;

import dev.redoubt.cache.hot.Percent;
import dev.redoubt.cache.problem.Problem;
import dev.redoubt.cache.problem.ProblemType;
import java.nio.charset.StandardCharsets;

/** What a path under {@code /v1/cache} points at. */
sealed interface EntryTarget {

    /**
     * {@code /v1/cache/{region}/{key}}.
     *
     * @param key the bytes of the key, percent-decoded
     */
    @SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
    record Entry(String region, byte[] key) implements EntryTarget {}

    /** Not an entry. */
    record Elsewhere() implements EntryTarget {}

    /** Nothing that could be answered. */
    record Invalid(Problem problem) implements EntryTarget {}

    /**
     * Reads a path.
     *
     * @param prefix characters of it that are known
     * @param maxKey bytes that a key may have
     */
    static EntryTarget parse(String path, int prefix, int maxKey) {
        int slash = path.indexOf('/', prefix + 1);
        return slash < 0 || path.charAt(prefix) != '/'
                ? new Elsewhere()
                : entry(path.substring(prefix + 1, slash), path.substring(slash + 1), maxKey);
    }

    private static EntryTarget entry(String region, String key, int maxKey) {
        if (key.indexOf('/') >= 0) {
            return invalid("A key is one path segment: write / as %2F.");
        }
        if (key.isEmpty() || key.equals(".") || key.equals("..")) {
            return invalid("The key is empty, or a dot segment, which clients and proxies take away.");
        }
        byte[] decodedKey = Percent.decode(key);
        byte[] decodedRegion = Percent.decode(region);
        if (decodedKey == null || decodedRegion == null) {
            return invalid("A % is not followed by two hex digits: write % as %25.");
        }
        if (decodedKey.length > maxKey) {
            return invalid(
                    "The key has " + decodedKey.length + " bytes after percent-decoding; " + maxKey + " are allowed.");
        }
        return new Entry(new String(decodedRegion, StandardCharsets.UTF_8), decodedKey);
    }

    private static Invalid invalid(String detail) {
        return new Invalid(new Problem(ProblemType.KEY_INVALID, detail));
    }
}
