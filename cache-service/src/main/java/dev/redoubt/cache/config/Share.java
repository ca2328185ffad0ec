package dev.redoubt.cache.config;

import java.util.regex.Pattern;

/** A part of a whole as people write it: {@code 0.01} or {@code 1%}. */
public record Share(double fraction) {

    private static final Pattern FORM = Pattern.compile("\\d{1,3}(\\.\\d{1,9})?%?");

    /**
     * Reads a share.
     *
     * @throws IllegalArgumentException saying what to write instead
     */
    public static Share parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("is not a share; write for example 0.01 or 1%");
        }
        double fraction = text.endsWith("%")
                ? Double.parseDouble(text.substring(0, text.length() - 1)) / 100
                : Double.parseDouble(text);
        if (fraction > 1) {
            throw new IllegalArgumentException("is more than the whole; write 0 to 1, or 0% to 100%");
        }
        return new Share(fraction);
    }
}
