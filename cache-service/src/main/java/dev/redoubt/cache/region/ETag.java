package dev.redoubt.cache.region;

import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Entity tags (RFC 9110, 8.8.3): the version of a value in hexadecimal. They are strong: every write makes another one, also of the same
 * bytes.
 */
public final class ETag {

    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern LIST = Pattern.compile("\\s*(?:(W/)?\"([\\x21\\x23-\\x7e]*)\"\\s*(?:,\\s*|$))");

    private ETag() {}

    public static String of(long version) {
        return "\"" + HEX.toHexDigits(version) + "\"";
    }

    /**
     * Reads the value of {@code If-Match} or {@code If-None-Match} without the star.
     *
     * @param weak whether weak tags count, which they do for {@code If-None-Match} only
     * @return the versions of those tags that are ours; null when it is no list of entity tags
     */
    public static long @Nullable [] parse(String list, boolean weak) {
        Matcher matcher = LIST.matcher(list);
        long[] versions = new long[8];
        int count = 0;
        int end = 0;
        while (end < list.length()) {
            if (!matcher.find(end) || matcher.start() != end) {
                return null;
            }
            end = matcher.end();
            String tag = matcher.group(2);
            if ((weak || matcher.group(1) == null) && tag.length() == 16 && count < versions.length && isHex(tag)) {
                versions[count++] = HexFormat.fromHexDigitsToLong(tag);
            }
        }
        return end == 0 ? null : java.util.Arrays.copyOf(versions, count);
    }

    private static boolean isHex(String text) {
        return text.chars().allMatch(HexFormat::isHexDigit);
    }
}
