package dev.redoubt.operator.acl;

import java.util.regex.Pattern;

/** Patterns of keys and channels: text in which {@code *} stands for any other text. */
final class Patterns {
    /** What Redis's patterns know besides {@code *}, and what an ACL file uses, is left out. */
    private static final Pattern WRITTEN = Pattern.compile("[A-Za-z0-9_.:/{}@#+*-]{1,256}");

    private static final char ANY = '*';

    private Patterns() {}

    /** Whether {@code pattern} has a prefix, and no character that means something else. */
    static boolean isValid(String pattern) {
        return WRITTEN.matcher(pattern).matches() && pattern.charAt(0) != ANY;
    }

    /** Whether there is a text that both stand for. */
    static boolean overlap(String one, String other) {
        var heads = Math.min(head(one), head(other));
        if (!one.regionMatches(0, other, 0, heads)) {
            return false;
        }
        // reach[j]: whether one from i on, and other from j on, stand for a common text; i goes from the end to the
        // start.
        var reach = new boolean[other.length() + 1];
        for (var i = one.length(); i >= 0; i--) {
            var next = reach;
            reach = new boolean[other.length() + 1];
            for (var j = other.length(); j >= 0; j--) {
                reach[j] = overlap(one, i, other, j, next, reach);
            }
        }
        return reach[0];
    }

    private static boolean overlap(String one, int i, String other, int j, boolean[] next, boolean[] here) {
        var oneLeft = i < one.length();
        var otherLeft = j < other.length();
        if (!oneLeft && !otherLeft) {
            return true;
        }
        if (oneLeft && one.charAt(i) == ANY && (next[j] || (otherLeft && here[j + 1]))) {
            return true;
        }
        if (otherLeft && other.charAt(j) == ANY && (here[j + 1] || (oneLeft && next[j]))) {
            return true;
        }
        return oneLeft && otherLeft && one.charAt(i) == other.charAt(j) && next[j + 1];
    }

    /** The length of what comes before the first {@code *}. */
    private static int head(String pattern) {
        var any = pattern.indexOf(ANY);
        return any < 0 ? pattern.length() : any;
    }
}
