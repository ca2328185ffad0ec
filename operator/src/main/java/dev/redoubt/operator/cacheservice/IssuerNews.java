package dev.redoubt.operator.cacheservice;

import dev.redoubt.api.v1alpha1.CacheService;
import dev.redoubt.operator.issuer.IssuerWatch;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.Set;

/** Wakes the pass of every CacheService when the cluster signs ServiceAccount tokens with other keys. */
final class IssuerNews extends AbstractEventSource<Void, CacheService> {
    private final IssuerWatch issuer;
    private final IndexerResourceCache<CacheService> services;

    /** @param services whose passes are woken */
    IssuerNews(IssuerWatch issuer, IndexerResourceCache<CacheService> services) {
        super(Void.class, "issuer-keys");
        this.issuer = issuer;
        this.services = services;
    }

    /** Asks before the first pass: it would take away from running services what it does not know yet. */
    @Override
    public void start() {
        super.start();
        issuer.start(() -> services.list()
                .forEach(service -> getEventHandler().handleEvent(new Event(ResourceID.fromResource(service)))));
    }

    @Override
    public Set<Void> getSecondaryResources(CacheService service) {
        return Set.of();
    }
}
