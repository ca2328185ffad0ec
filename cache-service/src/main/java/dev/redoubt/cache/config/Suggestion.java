package dev.redoubt.cache.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What somebody probably meant who wrote a key that does not exist. */
final class Suggestion {

    private Suggestion() {}

    /** The known word nearest to the given one, or null when none is near. */
    static @Nullable String nearest(String given, Collection<String> known) {
        String word = given.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(candidate ->
                        distance(word, candidate.toLowerCase(Locale.ROOT)) <= Math.max(2, candidate.length() / 3))
                .min(Comparator.comparingInt(candidate -> distance(word, candidate.toLowerCase(Locale.ROOT))))
                .orElse(null);
    }

    /** Levenshtein's edit distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
