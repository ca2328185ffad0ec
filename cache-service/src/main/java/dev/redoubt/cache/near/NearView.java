package dev.redoubt.cache.near;

import org.jspecify.annotations.Nullable;

/**
 * Whether there are near caches.
 *
 * @param on whether copies are used
 * @param refusal what Redis said when it would not track; null = it did not say no
 */
public record NearView(boolean on, @Nullable String refusal) {

    static final NearView OFF = new NearView(false, null);
    static final NearView ON = new NearView(true, null);

    NearView and(NearView other) {
        return new NearView(on && other.on, refusal == null ? other.refusal : refusal);
    }
}
