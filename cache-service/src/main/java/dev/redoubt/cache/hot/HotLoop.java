package dev.redoubt.cache.hot;

import dev.redoubt.cache.access.Authenticator;
import dev.redoubt.cache.access.Caller;
import dev.redoubt.cache.accesslog.AccessLog;
import dev.redoubt.cache.accesslog.Line;
import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.metrics.CacheMetrics;
import dev.redoubt.cache.mode.PendingDeletes;
import dev.redoubt.cache.redis.PinnedConnection;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one event loop share. Used on that loop only, so nothing in it is synchronized.
 *
 * <p>Once per loop iteration it flushes the client connections that were written to: with pipelining, or with many replies from
 * Redis in one read, that is one system call for many answers.
 */
public final class HotLoop {

    private static final long SWEEP_MILLIS = 250;

    private final EventLoop loop;
    private final HotPath path;
    private final PinnedConnection redis;
    private final @Nullable PinnedConnection state;
    private final Gate gate;
    private final RequestIds requestIds = new RequestIds();
    private final ArrayDeque<ChannelHandlerContext> written = new ArrayDeque<>();
    private final Set<HotHandler> connections = new LinkedHashSet<>();
    private boolean flushScheduled;
    private long sweptAt = System.nanoTime();
    private volatile int pending;
    private volatile int paused;
    private AsciiString date;

    HotLoop(
            EventLoop loop,
            HotPath path,
            PinnedConnection redis,
            @Nullable PinnedConnection state,
            Function<HotLoop, List<Family>> families) {
        this.loop = loop;
        this.path = path;
        this.redis = redis;
        this.state = state;
        this.date = httpDate();
        this.gate = new Gate(new Authenticator(), path.metrics().denials(), families.apply(this));
    }

    void start() {
        var _ = loop.scheduleAtFixedRate(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Decides about a request under the configuration as it is now. */
    Decision decide(HttpRequest request, Caller caller) {
        return gate.decide(request, path.policies(), caller, now());
    }

    AccessLog accessLog() {
        return path.accessLog();
    }

    /** Tells the access log how a request ended. */
    void log(Asked asked, String requestId, int status, String code, long received, long sent, long nanos) {
        accessLog()
                .write(new Line(
                        requestId,
                        asked.clientName(),
                        asked.methodName(),
                        gate.about(asked.uri(), path.policies()),
                        status,
                        code,
                        received,
                        sent,
                        nanos));
    }

    RequestIds requestIds() {
        return requestIds;
    }

    List<Route> routes() {
        return gate.routes();
    }

    /** This loop's connection to the Redis of the caches. */
    public PinnedConnection redis() {
        return redis;
    }

    /** This loop's connection to the Redis for what must not be evicted; that of the caches when there is no other. */
    public PinnedConnection state() {
        return state == null ? redis : state;
    }

    /** The deletes that wait for Redis. */
    public PendingDeletes pendingDeletes() {
        return path.pendingDeletes();
    }

    public ServiceConfig.Limits limits() {
        return path.limits();
    }

    CacheMetrics metrics() {
        return path.metrics();
    }

    /** Milliseconds since 1970. */
    public long now() {
        return path.clock().millis();
    }

    /** The value of the Date header, at most a quarter of a second old. */
    AsciiString date() {
        return date;
    }

    /** Coarse and cheap, for idle times: nanoseconds, as old as the last sweep. */
    long coarseNanos() {
        return sweptAt;
    }

    boolean draining() {
        return path.draining();
    }

    boolean lastCall() {
        return path.isLastCall();
    }

    /** Runs something on this loop when this iteration ends. */
    public void execute(Runnable task) {
        loop.execute(task);
    }

    /** Runs something on this loop later, unless it is cancelled. */
    public ScheduledFuture<?> schedule(Runnable task, long millis) {
        return loop.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    /** The connection has been written to: it is flushed when this iteration ends. */
    void written(ChannelHandlerContext connection) {
        written.add(connection);
        if (!flushScheduled) {
            flushScheduled = true;
            loop.execute(this::flush);
        }
    }

    void add(HotHandler connection) {
        connections.add(connection);
    }

    void remove(HotHandler connection) {
        if (connections.remove(connection)) {
            path.connectionClosed();
        }
    }

    private void flush() {
        flushScheduled = false;
        for (ChannelHandlerContext next = written.poll(); next != null; next = written.poll()) {
            next.flush();
        }
    }

    /** Looks after all connections: those that are idle, or too slow with a request, or in the way of a shutdown. */
    void sweep() {
        sweptAt = System.nanoTime();
        date = httpDate();
        for (HotHandler connection : List.copyOf(connections)) {
            connection.sweep(sweptAt);
        }
        count();
    }

    /** What the meters show: counted four times a second, so that no request pays for it. */
    private void count() {
        int requests = 0;
        int unread = 0;
        for (HotHandler connection : connections) {
            requests += connection.pending();
            unread += connection.paused() ? 1 : 0;
        }
        pending = requests;
        paused = unread;
    }

    /** Requests that wait for their answer, as of the last sweep; from any thread. */
    int pending() {
        return pending;
    }

    /** Connections that are not read, the same. */
    int paused() {
        return paused;
    }

    private AsciiString httpDate() {
        Clock clock = path.clock();
        return AsciiString.of(DateFormatter.format(Date.from(clock.instant())));
    }
}
