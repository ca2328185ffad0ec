package dev.redoubt.cache.hot;

import dev.redoubt.cache.access.Caller;
import dev.redoubt.cache.accesslog.AccessLog;
import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.metrics.CacheMetrics;
import dev.redoubt.cache.mode.PendingDeletes;
import dev.redoubt.cache.redis.RedisLinks;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;

/** A {@link HotLoop} that decides about requests and cannot act: it has no connections. */
public final class TestLoop {

    private TestLoop() {}

    public static HotLoop deciding(
            Function<CacheMetrics, Policies> policies, Function<HotLoop, List<Family>> families) {
        CacheMetrics metrics = new CacheMetrics(new SimpleMeterRegistry());
        HotPath path = new HotPath(
                policies.apply(metrics),
                new ServiceConfig.Limits(null, null, null, null, null, null, null, null),
                metrics,
                new RedisLinks(null, null),
                new PendingDeletes(0),
                new AccessLog(null),
                _ -> List.of(),
                List.of(),
                Clock.systemUTC());
        return new HotLoop(null, path, null, null, families);
    }

    /** What would be done with a request. */
    public static Decision decide(HotLoop loop, io.netty.handler.codec.http.HttpRequest request) {
        return loop.decide(request, new Caller());
    }
}
