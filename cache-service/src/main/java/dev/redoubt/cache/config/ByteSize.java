package dev.redoubt.cache.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes as people write it: {@code 512}, {@code 64KiB}, {@code 1MiB}. */
public record ByteSize(int bytes) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,10})(Ki|KiB|Mi|MiB)?");

    /**
     * Reads a size.
     *
     * @throws IllegalArgumentException saying what to write instead
     */
    public static ByteSize parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("is not a size; write for example 512, 64KiB or 1MiB");
        }
        String unit = matcher.group(2);
        long bytes = Long.parseLong(matcher.group(1)) * (unit == null ? 1 : unit.startsWith("K") ? 1024 : 1024 * 1024);
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("is larger than 2047MiB");
        }
        return new ByteSize((int) bytes);
    }
}
