package dev.redoubt.cache.redis;

import io.lettuce.core.protocol.Command;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * One command on its way, answered exactly once on its event loop: by {@link #replied}, {@link #refused} or {@link #failed}.
 *
 * @param <T> what the reply is read into
 */
public abstract class RedisCall<T extends @Nullable Object> extends Command<byte[], byte[], T> {

    private @Nullable PinnedConnection connection;
    private @Nullable EventLoop loop;
    private long startedAt;
    private boolean settled;

    protected RedisCall(RedisRequest<T> request) {
        super(request.type(), request.output(), request.args());
    }

    /** Redis has answered. */
    protected abstract void replied(T value);

    /** Redis has answered with an error, such as {@code OOM …} or {@code LOADING …}. */
    protected abstract void refused(String error);

    /** Redis could not be asked, or has not answered in time; it may have carried the command out all the same. */
    protected abstract void failed(CallFailure why);

    void start(PinnedConnection pinned, EventLoop eventLoop, long now) {
        this.connection = pinned;
        this.loop = eventLoop;
        this.startedAt = now;
    }

    long startedAt() {
        return startedAt;
    }

    boolean settled() {
        return settled;
    }

    /** Gives the caller its answer while Redis still owes one. */
    void settle(CallFailure why) {
        if (!settled) {
            settled = true;
            failed(why);
        }
    }

    @Override
    public final void complete() {
        super.complete();
        if (connection != null) {
            connection.answered(this);
        }
        if (settled) {
            return;
        }
        settled = true;
        if (getOutput().hasError()) {
            refused(getOutput().getError());
        } else {
            replied(getOutput().get());
        }
    }

    @Override
    public final boolean completeExceptionally(Throwable thrown) {
        boolean completed = super.completeExceptionally(thrown);
        abandoned();
        return completed;
    }

    @Override
    public final void cancel() {
        super.cancel();
        abandoned();
    }

    /** The connection went away under it, or would not take it; that may be said on any thread. */
    private void abandoned() {
        EventLoop owner = loop;
        if (owner == null || owner.inEventLoop()) {
            settle(CallFailure.CONNECTION_LOST);
        } else {
            owner.execute(() -> settle(CallFailure.CONNECTION_LOST));
        }
    }
}
