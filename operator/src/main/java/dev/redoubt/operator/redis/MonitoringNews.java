package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.monitoring.MonitoringApi;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.Set;

/** Wakes the pass of every Redis when the cluster gets, or loses, the kinds of the Prometheus operator. */
final class MonitoringNews extends AbstractEventSource<Void, Redis> {
    private final MonitoringApi api;
    private final IndexerResourceCache<Redis> redises;

    /** @param redises whose passes are woken */
    MonitoringNews(MonitoringApi api, IndexerResourceCache<Redis> redises) {
        super(Void.class, "monitoring-kinds");
        this.api = api;
        this.redises = redises;
    }

    @Override
    public void start() {
        super.start();
        api.start(() -> redises.list()
                .forEach(redis -> getEventHandler().handleEvent(new Event(ResourceID.fromResource(redis)))));
    }

    @Override
    public Set<Void> getSecondaryResources(Redis redis) {
        return Set.of();
    }
}
