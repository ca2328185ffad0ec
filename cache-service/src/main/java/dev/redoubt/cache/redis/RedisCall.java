package dev.redoubt.cache.redis;

import io.lettuce.core.protocol.Command;
import io.netty.channel.EventLoop;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One command on its way, answered exactly once on its event loop: by {@link #replied}, {@link #refused} or {@link #failed}.
 *
 * @param <T> what the reply is read into
 */
public abstract class RedisCall<T extends @Nullable Object> extends Command<byte[], byte[], T> {

    private final @Nullable Supplier<RedisRequest<T>> whenUnknown;
    private @Nullable PinnedConnection connection;
    private @Nullable EventLoop loop;
    private long startedAt;
    private boolean settled;

    protected RedisCall(RedisRequest<T> request) {
        super(request.type(), request.output(), request.args());
        this.whenUnknown = request.whenUnknown();
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
            String error = getOutput().getError();
            if (connection != null && whenUnknown != null && error.startsWith("NOSCRIPT")) {
                connection.dispatch(new Again<>(this, whenUnknown.get()));
            } else {
                if (connection != null) {
                    connection.refused(error);
                }
                refused(error);
            }
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

    /** The same in full words, on behalf of a call that Redis did not understand. */
    private static final class Again<T extends @Nullable Object> extends RedisCall<T> {
        private final RedisCall<T> first;

        Again(RedisCall<T> first, RedisRequest<T> request) {
            super(request);
            this.first = first;
        }

        @Override
        protected void replied(T value) {
            first.replied(value);
        }

        @Override
        protected void refused(String error) {
            first.refused(error);
        }

        @Override
        protected void failed(CallFailure why) {
            first.failed(why);
        }
    }
}
