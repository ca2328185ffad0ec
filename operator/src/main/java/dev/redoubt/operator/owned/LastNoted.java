package dev.redoubt.operator.owned;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The text that was last noted of each object, so that news is told from what is known. Remembers so many objects, the longest
 * untouched forgotten first.
 */
public final class LastNoted {
    private final Map<String, String> byUid;

    /** @param most objects that are remembered */
    public LastNoted(int most) {
        this.byUid = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
                return size() > most;
            }
        };
    }

    /** Notes {@code text} of the object {@code uid}, and whether it is another one than the last, or the first. */
    public synchronized boolean isNew(String uid, String text) {
        return !text.equals(byUid.put(uid, text));
    }

    /** Whether {@code text} is what was noted last of the object {@code uid}. */
    public synchronized boolean isNoted(String uid, String text) {
        return text.equals(byUid.get(uid));
    }

    /** There is nothing to remember of the object {@code uid} any more. */
    public synchronized void forget(String uid) {
        byUid.remove(uid);
    }
}
