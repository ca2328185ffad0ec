package dev.redoubt.cache.near;

import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.redis.PinnedConnection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The near caches of all event loops. They share the bound on memory, and the knowledge of what this process has written. */
public final class NearCaches {

    private final ServiceConfig.NearCache settings;
    private final int loops;
    private final WriteStamps stamps = new WriteStamps();
    private final List<NearCache> all = new CopyOnWriteArrayList<>();

    public NearCaches(ServiceConfig.NearCache settings, int loops) {
        this.settings = settings;
        this.loops = loops;
    }

    /** Makes the near cache of a loop, on the loop's connection, which has not been started yet. */
    public NearCache on(PinnedConnection connection) {
        long maxStale = settings.maxStale().toNanos();
        NearCache near = new NearCache(connection, stamps, settings.maxBytes() / loops, maxStale);
        if (settings.maxBytes() > 0) {
            connection.track(near, maxStale / 2);
        }
        all.add(near);
        return near;
    }

    public ServiceConfig.NearCache settings() {
        return settings;
    }

    /** Whether all of them are on. */
    public NearView view() {
        return all.stream().map(NearCache::view).reduce(NearView::and).orElse(NearView.OFF);
    }
}
