package dev.redoubt.cache.hot.entries;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The names that values can be deleted by. */
final class Tags {

    /** How many a value may have. */
    static final int MOST = 8;

    static final String RULE = "A tag has 1 to 64 of A-Z a-z 0-9 . _ ~ -, and a value at most " + MOST + " of them.";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~-]{1,64}");

    private Tags() {}

    static boolean isTag(String name) {
        return NAME.matcher(name).matches();
    }

    /** Those of a header with commas between them; null when one is not a tag, or there are too many. */
    static @Nullable List<String> parse(@Nullable String header) {
        if (header == null) {
            return List.of();
        }
        return checked(
                Stream.of(header.split(",", -1)).map(String::strip).distinct().toList());
    }

    static @Nullable List<String> checked(List<String> tags) {
        return tags.size() <= MOST && tags.stream().allMatch(Tags::isTag) ? tags : null;
    }
}
