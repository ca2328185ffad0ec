package dev.redoubt.operator.redis;

import dev.redoubt.operator.owned.ContentHash;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was rendered for each resource the last time. When the same was rendered again and something had to be written all the same, then
 * somebody else had changed it. Holds hashes only, of as many resources as the bound says: of one that fell out it is not known.
 */
final class Renderings {
    private static final int MAX_RESOURCES = 10_000;

    private final Map<String, String> hashes = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_RESOURCES;
        }
    };

    /** Notes {@code rendered}, and whether it is the same as the last time. */
    synchronized boolean isSameAsBefore(String uid, List<HasMetadata> rendered) {
        var hash = ContentHash.of(Serialization.asJson(rendered));
        return hash.equals(hashes.put(uid, hash));
    }
}
