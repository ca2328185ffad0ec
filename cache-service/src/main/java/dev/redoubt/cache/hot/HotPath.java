package dev.redoubt.cache.hot;

import dev.redoubt.cache.accesslog.AccessLog;
import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.limit.RateLimit;
import dev.redoubt.cache.metrics.CacheMetrics;
import dev.redoubt.cache.mode.PendingDeletes;
import dev.redoubt.cache.redis.RedisLink;
import dev.redoubt.cache.redis.RedisLinks;
import dev.redoubt.cache.region.Region;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.time.Clock;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Puts a {@link HotHandler} into every connection of Spring Boot's server, right behind the HTTP codec, and says how the
 * connections end when the process does.
 */
public final class HotPath implements NettyServerCustomizer {

    private static final String HANDLER = "redoubt.hot";

    private final ServiceConfig.Limits limits;
    private final CacheMetrics metrics;
    private final Clock clock;
    private final PendingDeletes pendingDeletes;
    private final AccessLog accessLog;
    private final IdentityHashMap<EventLoop, HotLoop> loops = new IdentityHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private final CompletableFuture<Channel> listening = new CompletableFuture<>();
    private final CompletableFuture<Void> empty = new CompletableFuture<>();
    private volatile Policies policies;
    private volatile boolean draining;
    private volatile boolean lastCall;

    /**
     * @param families makes what is answered on an event loop, for each of them
     */
    public HotPath(
            Policies policies,
            ServiceConfig.Limits limits,
            CacheMetrics metrics,
            RedisLinks links,
            PendingDeletes pendingDeletes,
            AccessLog accessLog,
            Function<HotLoop, List<Family>> families,
            List<EventLoop> eventLoops,
            Clock clock) {
        this.policies = policies;
        this.limits = limits;
        this.metrics = metrics;
        this.clock = clock;
        this.pendingDeletes = pendingDeletes;
        this.accessLog = accessLog;
        RedisLink state = links.state();
        for (EventLoop loop : eventLoops) {
            HotLoop hot =
                    new HotLoop(loop, this, links.redis().on(loop), state == null ? null : state.on(loop), families);
            loops.put(loop, hot);
            hot.start();
        }
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return server.httpRequestDecoder(decoder ->
                        decoder.maxInitialLineLength(limits.requestLine()).maxHeaderSize(limits.headers()))
                .doOnBound(bound -> listening.complete(bound.channel()))
                .doOnChannelInit((_, channel, _) -> connected(channel));
    }

    PendingDeletes pendingDeletes() {
        return pendingDeletes;
    }

    AccessLog accessLog() {
        return accessLog;
    }

    /** What the configuration says now. */
    public Policies policies() {
        return policies;
    }

    /** Requests that begin from now on live under these policies. From any thread. */
    public void apply(Policies next) {
        policies = next;
        metrics.retain(next.regions().all().stream().map(Region::name).collect(Collectors.toSet()));
        metrics.denials().retain(next.access().clients().names());
        metrics.retainLimits(next.limits().all().stream().map(RateLimit::name).collect(Collectors.toSet()));
    }

    /** From now on every answer asks its client to come back on another connection; new ones are still accepted. */
    public void drain() {
        draining = true;
    }

    /**
     * No new connection is accepted, and each one that is left is closed as soon as it has its answers.
     *
     * @return completed when none is left
     */
    public CompletableFuture<Void> lastCall() {
        if (!listening.isDone()) {
            return CompletableFuture.completedFuture(null);
        }
        var _ = listening.join().close().addListener(_ -> {
            lastCall = true;
            loops.forEach((loop, hot) -> loop.execute(hot::sweep));
            if (open.get() == 0) {
                empty.complete(null);
            }
        });
        return empty;
    }

    /** What is answered on the event loops; each of them has the same families. */
    public List<Route> routes() {
        return loops.values().iterator().next().routes();
    }

    /** Open client connections. */
    public int connections() {
        return open.get();
    }

    /** Connections that were closed at once, because there were too many. */
    public long refusedConnections() {
        return refused.sum();
    }

    /** Client connections that are not read, as of a quarter of a second ago. */
    public int pausedConnections() {
        return loops.values().stream().mapToInt(HotLoop::paused).sum();
    }

    /** Requests that wait for their answer, the same. */
    public int pendingRequests() {
        return loops.values().stream().mapToInt(HotLoop::pending).sum();
    }

    private void connected(Channel channel) {
        HotLoop loop = Objects.requireNonNull(loops.get(channel.eventLoop()), "a connection on a foreign event loop");
        if (open.incrementAndGet() > limits.connections()) {
            open.decrementAndGet();
            refused.increment();
            var _ = channel.close();
            return;
        }
        channel.pipeline().addAfter(NettyPipeline.HttpCodec, HANDLER, new HotHandler(loop));
    }

    void connectionClosed() {
        if (open.decrementAndGet() == 0 && lastCall) {
            empty.complete(null);
        }
    }

    ServiceConfig.Limits limits() {
        return limits;
    }

    CacheMetrics metrics() {
        return metrics;
    }

    Clock clock() {
        return clock;
    }

    boolean draining() {
        return draining;
    }

    boolean isLastCall() {
        return lastCall;
    }
}
