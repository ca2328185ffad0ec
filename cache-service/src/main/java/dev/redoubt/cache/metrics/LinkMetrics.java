package dev.redoubt.cache.metrics;

import dev.redoubt.cache.redis.RedisLink;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** Gauges of the links to Redis. */
public final class LinkMetrics {

    private LinkMetrics() {}

    public static void register(MeterRegistry registry, List<RedisLink> links) {
        for (RedisLink link : links) {
            Gauge.builder("redoubt.redis.link.up", link, one -> one.view().up() ? 1 : 0)
                    .description("1 when every connection of the link can be used")
                    .tag("link", link.name())
                    .register(registry);
            Gauge.builder("redoubt.redis.link.connections", link, RedisLink::connected)
                    .description("Connections of the link that can be used")
                    .tag("link", link.name())
                    .register(registry);
            Gauge.builder("redoubt.redis.link.queue", link, RedisLink::depth)
                    .description("Commands that wait for their answer")
                    .tag("link", link.name())
                    .register(registry);
            FunctionCounter.builder("redoubt.redis.link.queue.refused", link, RedisLink::overflowed)
                    .description("Commands that were not sent because redis.requestQueueSize waited")
                    .tag("link", link.name())
                    .register(registry);
        }
    }
}
