package dev.redoubt.cache.mode;

import dev.redoubt.cache.redis.RedisLink;
import dev.redoubt.cache.redis.RedisLinks;
import io.netty.channel.EventLoop;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The modes of both Redis, which fail independently, kept up to date. */
public final class Modes {

    private static final long LOOK_MILLIS = 250;

    private final RedisLinks links;
    private final PendingDeletes pending;
    private final Runnable limitsAreShared;
    private final LinkMode redis;
    private final @Nullable LinkMode state;

    /** @param limitsAreShared what is to be done when the Redis of the rate limits is NORMAL again */
    public Modes(RedisLinks links, PendingDeletes pending, Clock clock, Runnable limitsAreShared) {
        this.links = links;
        this.pending = pending;
        this.limitsAreShared = limitsAreShared;
        boolean two = links.state() != null;
        List<Affected> caches = List.of(Affected.reads, Affected.writes, Affected.deletes);
        this.redis = new LinkMode(links.redis().name(), two ? caches : List.of(Affected.values()), clock);
        RedisLink second = links.state();
        this.state = second == null ? null : new LinkMode(second.name(), List.of(Affected.limits), clock);
    }

    /** Keeps them up to date, as long as the event loop turns. To be called before the links are started. */
    public void start(EventLoop loop) {
        links.redis().onChange(this::look);
        links.redis().whenReady(new Replay(pending)::on);
        if (links.state() != null) {
            links.state().onChange(this::look);
        }
        var _ = loop.scheduleAtFixedRate(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Of the Redis of the caches. */
    public LinkMode redis() {
        return redis;
    }

    /** Of the other one; null when there is none. */
    public @Nullable LinkMode state() {
        return state;
    }

    private synchronized void look() {
        LinkMode limits = state == null ? redis : state;
        Mode before = limits.view().mode();
        redis.update(links.redis().views(), pending.size(), links.redis().suspectedAt());
        RedisLink second = links.state();
        if (state != null && second != null) {
            state.update(second.views(), 0, second.suspectedAt());
        }
        if (before != Mode.NORMAL && limits.view().mode() == Mode.NORMAL) {
            limitsAreShared.run();
        }
    }
}
