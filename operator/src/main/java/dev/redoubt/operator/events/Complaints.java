package dev.redoubt.operator.events;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.LinkedHashMap;
import java.util.Map;

/** What stays wrong is said once, not in every pass. Remembers so many resources, the longest silent forgotten first. */
public final class Complaints {
    private static final int MOST = 1_000;

    private final Map<String, String> byResource = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST;
        }
    };

    /** Whether {@code complaint} about {@code resource} is another one than the last. */
    public synchronized boolean isNew(HasMetadata resource, String complaint) {
        return !complaint.equals(byResource.put(resource.getMetadata().getUid(), complaint));
    }

    /** Nothing is wrong with {@code resource} any more. */
    public synchronized void forget(HasMetadata resource) {
        byResource.remove(resource.getMetadata().getUid());
    }
}
