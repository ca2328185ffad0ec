package dev.redoubt.cache.redis;

import dev.redoubt.cache.config.ServiceConfig;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The link to one Redis: a {@link PinnedConnection} for each event loop, and what they are like together. */
public final class RedisLink {

    private final String name;
    private final Clock clock;
    private final ExecutorService files;
    private final ClientResources shared;
    private final List<ClientResources> pinned = new ArrayList<>();
    private final List<Dialer> dialers = new ArrayList<>();
    private final IdentityHashMap<EventLoop, PinnedConnection> connections = new IdentityHashMap<>();
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private volatile LinkView view;
    private volatile Runnable onChange = () -> {};

    /**
     * Makes the link; {@link #start} connects it.
     *
     * @param name what it is called in status, logs and metrics: {@code redis} or {@code state}
     */
    public RedisLink(
            String name,
            EndpointSource source,
            ServiceConfig.Redis settings,
            List<EventLoop> loops,
            Clock clock,
            RandomGenerator random) {
        this.name = name;
        this.clock = clock;
        this.view = new LinkView(LinkFailure.CONNECTING, null, clock.instant(), null, null);
        this.files = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("connect-" + name).factory());
        this.shared = DefaultClientResources.builder()
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
        for (EventLoop loop : loops) {
            ClientResources resources =
                    shared.mutate().eventLoopGroupProvider(new OneLoop(loop)).build();
            Dialer dialer = new Dialer(source, settings, resources, files);
            pinned.add(resources);
            dialers.add(dialer);
            connections.put(loop, new PinnedConnection(loop, dialer, settings, clock, random, this::changed));
        }
    }

    public String name() {
        return name;
    }

    /** Starts to connect, and to reconnect whenever that is needed. Returns at once. */
    public void start() {
        connections.values().forEach(PinnedConnection::start);
    }

    /** The connection of an event loop. */
    public PinnedConnection on(EventLoop loop) {
        return Objects.requireNonNull(connections.get(loop), "not one of the service's event loops");
    }

    /** The link as a whole: up when every connection is, else the first failure. */
    public LinkView view() {
        return view;
    }

    /** Each connection by itself. */
    public List<LinkView> views() {
        return connections.values().stream().map(PinnedConnection::view).toList();
    }

    /** When a command last was not answered in time, or a connection was lost; null = never. */
    public @Nullable Instant suspectedAt() {
        return connections.values().stream()
                .map(PinnedConnection::suspectedAt)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** Who is told, on some event loop, when something about a connection has changed. To be called before {@link #start}. */
    public void onChange(Runnable listener) {
        onChange = listener;
    }

    /** Who is told, on its event loop, whenever a connection can be used again. To be called before {@link #start}. */
    public void whenReady(Consumer<PinnedConnection> listener) {
        connections.values().forEach(connection -> connection.whenReady(listener));
    }

    /** Done once every connection has been made, or has failed, for the first time. Never fails. */
    public CompletableFuture<Void> settled() {
        return settled.copy();
    }

    /** Commands that wait for an answer, on all connections together. */
    public int depth() {
        return connections.values().stream().mapToInt(PinnedConnection::depth).sum();
    }

    /** Commands that were not sent because too many waited for an answer, on all connections together. */
    public long overflowed() {
        return connections.values().stream()
                .mapToLong(PinnedConnection::overflowed)
                .sum();
    }

    /** Connections that can be used, and how many there should be. */
    public long connected() {
        return connections.values().stream()
                .filter(connection -> connection.view().up())
                .count();
    }

    /** Ends every connection. The event loops must still turn. */
    public void close() {
        connections.values().forEach(PinnedConnection::close);
        dialers.forEach(dialer -> dialer.close()
                .orTimeout(2, TimeUnit.SECONDS)
                .exceptionally(_ -> null)
                .join());
        for (ClientResources resources : pinned) {
            var _ = resources.shutdown(0, 1, TimeUnit.SECONDS);
        }
        var _ = shared.shutdown(0, 1, TimeUnit.SECONDS);
        files.shutdownNow();
    }

    private synchronized void changed() {
        List<LinkView> views =
                connections.values().stream().map(PinnedConnection::view).toList();
        if (views.stream().noneMatch(one -> LinkFailure.CONNECTING.equals(one.failure()))) {
            settled.complete(null);
        }
        LinkView shown = views.stream()
                .filter(one -> !one.up())
                .findFirst()
                .or(() -> views.stream()
                        .filter(one -> one.writesRefused() != null)
                        .findFirst())
                .orElse(views.getFirst());
        boolean same = Objects.equals(reason(view), reason(shown));
        view = new LinkView(
                shown.failure(),
                shown.writesRefused(),
                same ? view.since() : clock.instant(),
                shown.endpoint(),
                shown.server());
        onChange.run();
    }

    private static LinkFailure.@Nullable Reason reason(LinkView view) {
        return view.failure() == null ? null : view.failure().reason();
    }

    /** Gives Lettuce one event loop, ours, whatever it asks for, and never shuts it down. */
    private record OneLoop(EventLoop loop) implements EventLoopGroupProvider {
        @Override
        public <T extends EventLoopGroup> T allocate(Class<T> type) {
            @SuppressWarnings("unchecked") // an EventLoop is a group of one; Lettuce needs no more of it than that
            T group = (T) loop;
            return group;
        }

        @Override
        public int threadPoolSize() {
            return 1;
        }

        @Override
        public Future<Boolean> release(EventExecutorGroup group, long quietPeriod, long timeout, TimeUnit unit) {
            return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
        }

        @Override
        public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
            return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
        }
    }
}
