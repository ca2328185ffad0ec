package dev.redoubt.cache.hot;

import org.jspecify.annotations.Nullable;

/** An operation of a {@link Family} that may go ahead: one request, with all that is needed of its head. */
public non-sealed interface Action extends Decision {

    /** Where the body is to be collected; null when the operation has none: then what the client sends is thrown away. */
    default @Nullable Body body() {
        return null;
    }

    /**
     * Acts. Called once: when the body is complete, or at once when there is none. It must lead to exactly one
     * {@link Exchange#answer}, on this event loop, in a bounded time, whatever becomes of Redis.
     */
    void run(Exchange exchange);

    /** The connection refused the request before it could run: too large, too slow, or not framed as it should be. For meters. */
    void refused(long nanos);
}
