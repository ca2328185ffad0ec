package dev.redoubt.cache.hot;

import dev.redoubt.cache.problem.Problem;
import dev.redoubt.cache.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a request line points at. */
sealed interface Target {

    /** The path under which the caches are. */
    String CACHE_PATH = "/v1/cache/";

    /**
     * {@code /v1/cache/{region}/{key}}.
     *
     * @param key the bytes of the key, percent-decoded
     * @param ttl the value of the parameter of that name, as it was written; null = not given
     */
    @SuppressWarnings("ArrayRecordComponent") // a bare carrier: nobody compares two of them
    record Entry(String region, byte[] key, @Nullable String ttl) implements Target {}

    /** Any other well-formed path: not a matter of the hot path. */
    record Elsewhere(String path) implements Target {}

    /** Nothing that could be answered. */
    record Invalid(Problem problem) implements Target {}

    /**
     * Reads a request target in origin form or absolute form (RFC 9112, 3.2).
     *
     * @param maxKey bytes that a key may have
     */
    static Target parse(String target, int maxKey) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#') {
                return invalid(
                        ProblemType.REQUEST_MALFORMED,
                        "The request target has a character that must be percent-encoded.");
            }
        }
        String path = originForm(target);
        if (!path.startsWith("/")) {
            return invalid(ProblemType.REQUEST_MALFORMED, "The request target is not a path.");
        }
        if (!path.startsWith(CACHE_PATH)) {
            return new Elsewhere(path);
        }
        int query = path.indexOf('?');
        int end = query < 0 ? path.length() : query;
        int slash = path.indexOf('/', CACHE_PATH.length());
        return slash < 0 || slash >= end
                ? new Elsewhere(path)
                : entry(
                        path.substring(CACHE_PATH.length(), slash),
                        path.substring(slash + 1, end),
                        query < 0 ? "" : path.substring(query + 1),
                        maxKey);
    }

    private static Target entry(String region, String key, String query, int maxKey) {
        if (key.indexOf('/') >= 0) {
            return invalid(ProblemType.KEY_INVALID, "A key is one path segment: write / as %2F.");
        }
        if (key.isEmpty() || key.equals(".") || key.equals("..")) {
            return invalid(
                    ProblemType.KEY_INVALID,
                    "The key is empty, or a dot segment, which clients and proxies take away.");
        }
        byte[] decodedKey = decode(key);
        byte[] decodedRegion = decode(region);
        if (decodedKey == null || decodedRegion == null) {
            return invalid(ProblemType.KEY_INVALID, "A % is not followed by two hex digits: write % as %25.");
        }
        if (decodedKey.length > maxKey) {
            return invalid(
                    ProblemType.KEY_INVALID,
                    "The key has " + decodedKey.length + " bytes after percent-decoding; " + maxKey + " are allowed.");
        }
        String ttl = null;
        for (String parameter : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            if (!parameter.startsWith("ttl=") || ttl != null) {
                return invalid(
                        ProblemType.PARAMETER_INVALID, "The only parameter is ttl, once, and only for PUT: ?ttl=30s.");
            }
            ttl = parameter.substring("ttl=".length());
        }
        return new Entry(new String(decodedRegion, StandardCharsets.UTF_8), decodedKey, ttl);
    }

    private static String originForm(String target) {
        int scheme = target.startsWith("http://") ? 7 : target.startsWith("https://") ? 8 : 0;
        if (scheme == 0) {
            return target;
        }
        int slash = target.indexOf('/', scheme);
        return slash < 0 ? "/" : target.substring(slash);
    }

    /** Percent-decodes ASCII text; null when a % is not followed by two hex digits. A + is a plus. */
    private static byte @Nullable [] decode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (text.indexOf('%') < 0) {
            return bytes;
        }
        byte[] out = new byte[bytes.length];
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                out[length++] = bytes[i];
                continue;
            }
            int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                return null;
            }
            out[length++] = (byte) (high << 4 | low);
            i += 2;
        }
        return Arrays.copyOf(out, length);
    }

    private static Invalid invalid(ProblemType type, String detail) {
        return new Invalid(new Problem(type, detail));
    }
}
