package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.server.ServerId;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.Set;

/** Wakes the pass of a Redis when its server starts or stops answering. */
final class ServerNews extends AbstractEventSource<Void, Redis> {
    private final RedisServers servers;

    ServerNews(RedisServers servers) {
        super(Void.class, "servers");
        this.servers = servers;
    }

    /** Starts to watch the servers of the resources in {@code cache}; those of others are forgotten. */
    void startWith(IndexerResourceCache<Redis> cache) {
        servers.start(
                server -> getEventHandler().handleEvent(new Event(resource(server))),
                server -> cache.get(resource(server)).isPresent());
    }

    private static ResourceID resource(ServerId server) {
        return new ResourceID(server.redis(), server.namespace());
    }

    @Override
    public Set<Void> getSecondaryResources(Redis redis) {
        return Set.of();
    }
}
