package dev.redoubt.cache.redis;

import dev.redoubt.cache.config.ServiceConfig;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushMessage;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The connection to Redis that belongs to one event loop: whoever runs on that loop sends, and is answered, without a thread hop.
 *
 * <p>Everything but {@link #view()} and {@link #depth()} happens on the loop. Commands are collected and flushed once per loop
 * iteration. A connection is given up as a whole and made anew by us, not by Lettuce: so nothing is ever queued for a Redis that is
 * gone, nothing is sent twice, and the cause of every failed attempt is known.
 *
 * <p>When {@link InFlight} shows that Redis has stopped answering, nobody else needs to wait in vain: all further commands are refused at
 * once until an answer comes.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of a connection is told by its listener, not by futures
public final class PinnedConnection {

    private final EventLoop loop;
    private final Dialer dialer;
    private final ServiceConfig.Redis settings;
    private final Clock clock;
    private final Runnable onChange;
    private final Backoff backoff;
    private final long timeoutNanos;
    private long heartbeatNanos;
    private final InFlight inFlight;
    private final Slowness slowness = new Slowness();
    private final LongAdder overflowed = new LongAdder();
    private Consumer<PinnedConnection> whenReady = _ -> {};

    private @Nullable StatefulRedisConnection<byte[], byte[]> connection;
    private @Nullable ScheduledFuture<?> ticker;
    private @Nullable Tracking tracking;
    private boolean up;
    private boolean stalled;
    private boolean slow;
    private boolean refusing;
    private boolean lookedForAnother;
    private @Nullable LinkFailure writesRefused;
    private boolean flushScheduled;
    private boolean closed;
    private long lastHeartbeat;
    private volatile LinkView view;
    private volatile int depth;
    private volatile @Nullable Instant suspectedAt;

    PinnedConnection(
            EventLoop loop,
            Dialer dialer,
            ServiceConfig.Redis settings,
            Clock clock,
            RandomGenerator random,
            Runnable onChange) {
        this.loop = loop;
        this.dialer = dialer;
        this.settings = settings;
        this.clock = clock;
        this.onChange = onChange;
        this.backoff =
                new Backoff(settings.reconnect().min(), settings.reconnect().max(), random);
        this.heartbeatNanos = settings.heartbeat().toNanos();
        this.timeoutNanos = settings.commandTimeout().toNanos();
        this.inFlight = new InFlight(timeoutNanos);
        this.view = new LinkView(LinkFailure.CONNECTING, null, clock.instant(), null, null);
    }

    /** What is known about it now; from any thread. */
    public LinkView view() {
        return view;
    }

    /** How many commands wait for their answer, as of the last look some milliseconds ago; from any thread. */
    public int depth() {
        return depth;
    }

    /** Commands that were not sent because too many waited for their answer; from any thread. */
    public long overflowed() {
        return overflowed.sum();
    }

    /** When a command last was not answered in time, or a connection was lost; null = never. From any thread. */
    public @Nullable Instant suspectedAt() {
        return suspectedAt;
    }

    /** Whether a command would be sent. */
    public boolean ready() {
        return up && !stalled && !slow && !refusing;
    }

    /**
     * Who is told, on the event loop, whenever Redis works again after it did not: what is dispatched then is sent before anything
     * that a request may want. And with each heartbeat, because a command may come too late without anything having been away. To be
     * called before {@link #start}.
     */
    public void whenReady(Consumer<PinnedConnection> listener) {
        whenReady = listener;
    }

    /**
     * Asks to be told of changes to keys that are read here. To be called before {@link #start}.
     *
     * @param heartbeat how often the connection is tried at least, in nanoseconds
     */
    public void track(Tracking listener, long heartbeat) {
        tracking = listener;
        heartbeatNanos = Math.min(heartbeatNanos, heartbeat);
    }

    /**
     * When the last command was sent that has been answered, by {@link System#nanoTime}: every change that was made before that has been
     * told to {@link Tracking}.
     */
    public long provenAt() {
        return inFlight.provenAt();
    }

    /** Sends a command, or settles it at once when that makes no sense. */
    public void dispatch(RedisCall<?> call) {
        StatefulRedisConnection<byte[], byte[]> open = connection;
        if (open == null || !ready()) {
            call.settle(CallFailure.LINK_DOWN);
        } else if (inFlight.size() >= settings.requestQueueSize()) {
            overflowed.increment();
            call.settle(CallFailure.QUEUE_FULL);
        } else {
            send(open, call);
            scheduleFlush();
        }
    }

    void start() {
        // So much longer than the timeout a request may wait.
        long period = Math.clamp(settings.commandTimeout().toMillis() / 16, 5, 50);
        loop.execute(() -> {
            ticker = loop.scheduleAtFixedRate(this::tick, period, period, TimeUnit.MILLISECONDS);
            connect();
        });
    }

    /** Gives everything up; pending commands fail. */
    void close() {
        loop.execute(() -> {
            closed = true;
            if (ticker != null) {
                ticker.cancel(false);
            }
            drop();
            publish(LinkFailure.SHUTTING_DOWN);
        });
    }

    private void send(StatefulRedisConnection<byte[], byte[]> open, RedisCall<?> call) {
        call.start(this, loop, System.nanoTime());
        inFlight.add(call);
        var _ = open.dispatch(call);
    }

    private void scheduleFlush() {
        if (!flushScheduled) {
            flushScheduled = true;
            loop.execute(() -> {
                flushScheduled = false;
                flush();
            });
        }
    }

    /** Sends what has been dispatched, which otherwise happens when the loop's iteration ends: for when a good deal of it has gathered. */
    public void flush() {
        if (connection != null) {
            connection.flushCommands();
        }
    }

    void answered(RedisCall<?> call) {
        inFlight.answered(call);
        if (!call.settled()) {
            slowness.inTime(System.nanoTime());
        }
        if (stalled) {
            stalled = false;
            if (up && slow) {
                beat();
            } else if (up) {
                publish(null);
            }
        }
    }

    private void tick() {
        long now = System.nanoTime();
        depth = inFlight.size();
        if (inFlight.look(now)) {
            // The loop may be late rather than Redis: it shall have read once what has arrived before anybody is
            // blamed.
            loop.schedule(this::judge, 1, TimeUnit.MILLISECONDS);
        } else if (up && !stalled && now - lastHeartbeat >= heartbeatNanos()) {
            beat();
        }
    }

    /** More often while it is awaited that something ends. */
    private long heartbeatNanos() {
        return ready() && writesRefused == null ? heartbeatNanos : heartbeatNanos / 4;
    }

    /** Tries the connection, also one that is too slow or refuses to work: this is how that ends. */
    private void beat() {
        lastHeartbeat = System.nanoTime();
        StatefulRedisConnection<byte[], byte[]> open = connection;
        if (open != null && inFlight.size() < settings.requestQueueSize()) {
            send(open, writesRefused == null ? new Heartbeat() : new WriteProbe());
            scheduleFlush();
        }
    }

    /** Redis has answered a command with an error. Those that mean more than this command are remembered until a heartbeat tells that it has passed. */
    void refused(String error) {
        if (up && LinkFailure.meansEverything(error)) {
            refusing = true;
            publish(LinkFailure.refusedBy(error));
            if (error.startsWith("NOAUTH")) {
                again();
            }
            return;
        }
        LinkFailure refusal = LinkFailure.ofWriting(error, address());
        if (refusal == null) {
            return;
        }
        writesRefused = refusal;
        publish(view.failure());
        if (refusal.reason() == LinkFailure.Reason.ReadOnly && !lookedForAnother) {
            // What was a master is none any more: the address may lead to the new one by now. Once: a replica may be
            // meant.
            lookedForAnother = true;
            again();
        }
    }

    /** Gives the connection up and makes it anew, as soon as what is being done is done. */
    private void again() {
        StatefulRedisConnection<byte[], byte[]> given = connection;
        loop.execute(() -> {
            if (given != null && given.equals(connection)) {
                drop();
                retry();
            }
        });
    }

    /** Settles what is overdue; when nothing at all has been answered for that long, Redis has stopped answering. */
    private void judge() {
        long now = System.nanoTime();
        if (!inFlight.overdue(now)) {
            return;
        }
        boolean silent = inFlight.silent(now, timeoutNanos);
        if (silent && !stalled) {
            stalled = true;
            if (!slow) {
                publish(new LinkFailure(
                        LinkFailure.Reason.NotAnswering,
                        address() + " has not answered for "
                                + settings.commandTimeout().toMillis() + " ms"));
            }
        }
        suspectedAt = clock.instant();
        int late = inFlight.settleOverdue(now);
        for (int i = 0; i < late; i++) {
            slowness.late(now);
        }
        if (up && !slow && slowness.tooSlow(now)) {
            slow = true;
            if (!silent) {
                publish(new LinkFailure(
                        LinkFailure.Reason.TooSlow,
                        address() + " answers most commands later than after "
                                + settings.commandTimeout().toMillis() + " ms"));
            }
        }
        if (silent && inFlight.silent(now, settings.stallLimit().toNanos())) {
            drop();
            retry();
        }
    }

    private void connect() {
        if (closed) {
            return;
        }
        dialer.dial()
                .whenComplete((dialed, thrown) -> loop.execute(() -> {
                    if (thrown != null) {
                        publish(dialer.explain(thrown));
                        retry();
                    } else {
                        opened(dialed);
                    }
                }));
    }

    private void opened(StatefulRedisConnection<byte[], byte[]> opened) {
        if (closed) {
            opened.closeAsync();
            return;
        }
        connection = opened;
        opened.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> ignored) {
                loop.execute(() -> lost(opened));
            }
        });
        inFlight.begin(System.nanoTime());
        Tracking listener = tracking;
        if (listener != null) {
            opened.addListener((PushMessage message) -> told(listener, message));
        }
        send(opened, new Greeting());
        if (!opened.isOpen()) {
            lost(opened);
        }
    }

    private void greeted(ServerGreeting greeting) {
        if (connection == null) {
            return;
        }
        if (tracking != null) {
            send(connection, new TrackingOn(tracking));
        }
        connection.setAutoFlushCommands(false);
        up = true;
        stalled = false;
        slow = false;
        refusing = false;
        slowness.forget();
        if (greeting.isReplica()) {
            lookedForAnother = true;
            writesRefused = LinkFailure.ofWriting("READONLY", address());
        } else {
            lookedForAnother = false;
            writesRefused = null;
        }
        lastHeartbeat = System.nanoTime();
        backoff.reset();
        view = new LinkView(view.failure(), writesRefused, view.since(), dialer.endpoint(), greeting.server());
        publish(null);
    }

    /** A push message: {@code invalidate} and a list of keys, or null for all of them. */
    private static void told(Tracking listener, PushMessage message) {
        if (!message.getType().equals("invalidate")) {
            return;
        }
        Object keys = message.getContent(bytes -> bytes).get(1);
        if (keys instanceof List<?> list) {
            list.forEach(key -> listener.changed((ByteBuffer) key));
        } else {
            listener.changed(null);
        }
    }

    private void lost(StatefulRedisConnection<byte[], byte[]> which) {
        if (which.equals(connection)) {
            suspectedAt = clock.instant();
            drop();
            publish(new LinkFailure(LinkFailure.Reason.ConnectionLost, "the connection to " + address() + " was lost"));
            retry();
        }
    }

    private void drop() {
        StatefulRedisConnection<byte[], byte[]> dropped = connection;
        connection = null;
        up = false;
        stalled = false;
        slow = false;
        refusing = false;
        writesRefused = null;
        if (tracking != null) {
            tracking.ended();
        }
        inFlight.abandon();
        if (dropped != null) {
            dropped.closeAsync();
        }
    }

    private void retry() {
        if (!closed) {
            loop.schedule(this::connect, backoff.next(), TimeUnit.MILLISECONDS);
        }
    }

    private String address() {
        RedisEndpoint endpoint = dialer.endpoint();
        return endpoint == null ? "Redis" : endpoint.address();
    }

    private void publish(@Nullable LinkFailure failure) {
        LinkView before = view;
        boolean same = Objects.equals(reason(before.failure()), reason(failure));
        Instant since = same ? before.since() : clock.instant();
        view = new LinkView(failure, writesRefused, since, dialer.endpoint(), before.server());
        boolean writesAgain = before.writesRefused() != null && writesRefused == null;
        if (failure == null && (!same || writesAgain)) {
            whenReady.accept(this);
        }
        if (!same || !Objects.equals(reason(before.writesRefused()), reason(writesRefused))) {
            onChange.run();
        }
    }

    private static LinkFailure.@Nullable Reason reason(@Nullable LinkFailure failure) {
        return failure == null ? null : failure.reason();
    }

    /** The first command on a connection: who is there? */
    private final class Greeting extends RedisCall<ServerGreeting> {
        Greeting() {
            super(Commands.hello());
        }

        @Override
        protected void replied(ServerGreeting greeting) {
            greeted(greeting);
        }

        @Override
        protected void refused(String error) {
            publish(LinkFailure.refusedBy(error));
            drop();
            retry();
        }

        @Override
        protected void failed(CallFailure why) {}
    }

    /** Turns tracking on. Everything that is sent after it is tracked, so nobody needs to wait for its answer. */
    private static final class TrackingOn extends RedisCall<Boolean> {
        private final Tracking listener;

        TrackingOn(Tracking listener) {
            super(Commands.trackingOn());
            this.listener = listener;
        }

        @Override
        protected void replied(Boolean ok) {
            listener.began();
        }

        @Override
        protected void refused(String error) {
            listener.refused(error);
        }

        @Override
        protected void failed(CallFailure why) {}
    }

    /** A heartbeat was answered in time, and not with an error that means everything. */
    private void alive() {
        refusing = false;
        if (slow) {
            slow = false;
            slowness.forget();
        }
    }

    /** Tries whether a Redis that refused writes takes them again. */
    private final class WriteProbe extends RedisCall<Boolean> {
        WriteProbe() {
            super(Commands.probe());
        }

        @Override
        protected void replied(Boolean existed) {
            alive();
            writesRefused = null;
            publish(null);
        }

        /** What it means for writes has been said already. */
        @Override
        protected void refused(String error) {
            if (LinkFailure.ofWriting(error, address()) == null) {
                publish(LinkFailure.refusedBy(error));
            } else {
                alive();
                publish(null);
            }
        }

        @Override
        protected void failed(CallFailure why) {}
    }

    /** Shows that a silent connection lives, and whether Redis serves. */
    private final class Heartbeat extends RedisCall<Boolean> {
        Heartbeat() {
            super(Commands.ping());
        }

        @Override
        protected void replied(Boolean pong) {
            alive();
            if (up && view.failure() != null) {
                publish(null);
            } else if (ready()) {
                whenReady.accept(PinnedConnection.this);
            }
        }

        @Override
        protected void refused(String error) {
            publish(LinkFailure.refusedBy(error));
        }

        @Override
        protected void failed(CallFailure why) {}
    }
}
