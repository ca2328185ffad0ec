package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.events.PodEvents;
import dev.redoubt.operator.hardening.Auditor;
import dev.redoubt.operator.memory.MemoryWatch;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.server.ServerId;
import dev.redoubt.operator.startup.StartLogs;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Wakes the pass of a Redis when its server starts or stops answering, when a probe sees something else than before, when its memory or its
 * writes are judged otherwise, and when the log of its start was read.
 */
final class ServerNews {
    private final RedisServers servers;
    private final Auditor auditor;
    private final MemoryWatch memory;
    private final StartLogs startLogs;
    private final PodEvents events;

    ServerNews(RedisServers servers, Auditor auditor, MemoryWatch memory, StartLogs startLogs, PodEvents events) {
        this.servers = servers;
        this.auditor = auditor;
        this.memory = memory;
        this.startLogs = startLogs;
        this.events = events;
    }

    /**
     * Starts to watch the servers of the resources in {@code redises}; those of others are forgotten.
     *
     * @param wake called for each Redis of which there is news, on a network thread: it must not block
     */
    void start(Consumer<ResourceID> wake, IndexerResourceCache<Redis> redises) {
        Consumer<ServerId> news = server -> wake.accept(resource(server));
        Predicate<ServerId> wanted = server -> redises.get(resource(server)).isPresent();
        servers.start(news, wanted);
        // Parameters that are others than before are a matter of the controls that they belong to.
        memory.start(news, auditor::again, wanted);
        startLogs.start(news, wanted);
        auditor.start(news, wanted, server -> events.messages(server.namespace(), server.pod()));
    }

    private static ResourceID resource(ServerId server) {
        return new ResourceID(server.redis(), server.namespace());
    }
}
