package dev.redoubt.cache.hot;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** A request that was handed on to WebFlux, from its head to the end of its answer. */
final class Forwarded {

    private final String requestId;
    private final @Nullable Asked asked;
    private final long startedAt = System.nanoTime();
    private int status;
    private long sent;

    /** @param asked null when no line may be written of it */
    Forwarded(String requestId, @Nullable Asked asked) {
        this.requestId = requestId;
        this.asked = asked;
    }

    /** A piece of its answer passes. */
    void passes(Object message) {
        if (message instanceof HttpResponse head) {
            status = head.status().code();
            head.headers().set(RequestIds.HEADER, requestId);
        }
        if (message instanceof ByteBufHolder holder) {
            sent += holder.content().readableBytes();
        } else if (message instanceof ByteBuf bytes) {
            sent += bytes.readableBytes();
        }
    }

    /** Its answer is complete. */
    void ended(HotLoop loop) {
        if (asked != null && loop.accessLog().wants(status)) {
            loop.log(asked, requestId, status, "", 0, sent, System.nanoTime() - startedAt);
        }
    }
}
