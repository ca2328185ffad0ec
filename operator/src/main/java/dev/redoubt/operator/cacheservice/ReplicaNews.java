package dev.redoubt.operator.cacheservice;

import dev.redoubt.api.v1alpha1.CacheService;
import dev.redoubt.operator.replicas.ReplicaWatch;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.Set;

/** Wakes the pass of a CacheService when one of its replicas says something else of its configuration. */
final class ReplicaNews extends AbstractEventSource<Void, CacheService> {
    private final ReplicaWatch replicas;
    private final IndexerResourceCache<CacheService> services;

    /** @param services that exist; replicas of others are forgotten */
    ReplicaNews(ReplicaWatch replicas, IndexerResourceCache<CacheService> services) {
        super(Void.class, "replicas");
        this.replicas = replicas;
        this.services = services;
    }

    @Override
    public void start() {
        super.start();
        replicas.start(service -> getEventHandler().handleEvent(new Event(service)), service -> services.get(service)
                .isPresent());
    }

    @Override
    public Set<Void> getSecondaryResources(CacheService service) {
        return Set.of();
    }
}
