package dev.redoubt.operator.owned;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** SHA-256 of content, in hexadecimal: what pod templates carry so that a change of a mounted file becomes a restart. */
public final class ContentHash {
    private ContentHash() {}

    /** The hash of {@code text}: 64 hexadecimal digits. */
    public static String of(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }

    /** The hash of a map's entries, whatever their order. */
    public static String of(Map<String, String> entries) {
        var text = new StringBuilder();
        // Lengths keep ("a", "bc") apart from ("ab", "c").
        new TreeMap<>(entries).forEach((key, value) -> text.append(key.length())
                .append(':')
                .append(key)
                .append(value.length())
                .append(':')
                .append(value));
        return of(text.toString());
    }
}
