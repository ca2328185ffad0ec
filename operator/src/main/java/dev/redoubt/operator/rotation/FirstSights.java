package dev.redoubt.operator.rotation;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Since when each thing has been seen as it is now. It is kept in memory alone, so it begins anew with the operator, and for so many things,
 * the longest unseen forgotten first: whoever waits from a first sight waits longer then, never shorter.
 */
public final class FirstSights {
    private final Map<String, Sight> byName;

    private record Sight(Object seen, Instant since) {}

    /** @param most things that are remembered */
    public FirstSights(int most) {
        this.byName = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Sight> eldest) {
                return size() > most;
            }
        };
    }

    /** Notes that {@code name} is seen to be {@code seen} at {@code now}, and since when it was at every look. */
    public synchronized Instant since(String name, Object seen, Instant now) {
        var before = byName.get(name);
        var sight = before != null && before.seen().equals(seen) ? before : new Sight(seen, now);
        byName.put(name, sight);
        return sight.since();
    }
}
