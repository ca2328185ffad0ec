package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.events.PodEvents;
import dev.redoubt.operator.hardening.Auditor;
import dev.redoubt.operator.memory.MemoryWatch;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.server.ServerId;
import dev.redoubt.operator.startup.StartLogs;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Wakes the pass of a Redis when its server starts or stops answering, when a probe sees something else than before, when its memory or its
 * writes are judged otherwise, and when the log of its start was read.
 */
final class ServerNews extends AbstractEventSource<Void, Redis> {
    private final RedisServers servers;
    private final Auditor auditor;
    private final MemoryWatch memory;
    private final StartLogs startLogs;
    private final PodEvents events;

    ServerNews(RedisServers servers, Auditor auditor, MemoryWatch memory, StartLogs startLogs, PodEvents events) {
        super(Void.class, "servers");
        this.servers = servers;
        this.auditor = auditor;
        this.memory = memory;
        this.startLogs = startLogs;
        this.events = events;
    }

    /** Starts to watch the servers of the resources in {@code cache}; those of others are forgotten. */
    void startWith(IndexerResourceCache<Redis> cache) {
        Predicate<ServerId> wanted = server -> cache.get(resource(server)).isPresent();
        servers.start(this::wake, wanted);
        // Parameters that are others than before are a matter of the controls that they belong to.
        memory.start(this::wake, auditor::again, wanted);
        startLogs.start(this::wake, wanted);
        auditor.start(this::wake, wanted, server -> events.messages(server.namespace(), server.pod()));
    }

    private void wake(ServerId server) {
        getEventHandler().handleEvent(new Event(resource(server)));
    }

    private static ResourceID resource(ServerId server) {
        return new ResourceID(server.redis(), server.namespace());
    }

    @Override
    public Set<Void> getSecondaryResources(Redis redis) {
        return Set.of();
    }
}
