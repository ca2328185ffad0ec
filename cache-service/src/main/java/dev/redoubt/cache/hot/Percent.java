package dev.redoubt.cache.hot;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Percent-encoding (RFC 3986, 2.1). */
public final class Percent {

    private Percent() {}

    /** Decodes ASCII text; null when a % is not followed by two hex digits. A + is a plus. */
    public static byte @Nullable [] decode(String text) {
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

    /** The same as UTF-8 text. */
    public static @Nullable String decodeText(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] bytes = decode(text);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }
}
