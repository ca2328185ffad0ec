package dev.redoubt.operator.certificatesources;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.Set;
import java.util.function.Predicate;

/** Wakes the pass of every resource that wants a certificate of cert-manager when that comes to the cluster, or leaves it. */
public final class CertManagerNews<P extends HasMetadata> extends AbstractEventSource<Void, P> {
    private final CertManagerApi api;
    private final IndexerResourceCache<P> resources;
    private final Predicate<P> wants;

    /** @param resources whose passes are woken */
    public CertManagerNews(CertManagerApi api, IndexerResourceCache<P> resources, Predicate<P> wants) {
        super(Void.class, "cert-manager");
        this.api = api;
        this.resources = resources;
        this.wants = wants;
    }

    @Override
    public void start() {
        super.start();
        api.listen(() -> resources.list(wants).forEach(resource -> getEventHandler()
                .handleEvent(new Event(ResourceID.fromResource(resource)))));
    }

    @Override
    public Set<Void> getSecondaryResources(P resource) {
        return Set.of();
    }
}
