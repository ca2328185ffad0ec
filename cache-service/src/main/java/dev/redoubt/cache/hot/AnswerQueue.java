package dev.redoubt.cache.hot;

import dev.redoubt.cache.problem.ProblemType;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The exchanges of one connection that still have to be answered, in the order of their requests, and how the connection ends. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends the connection, and its handler sees that
final class AnswerQueue {

    private final HotLoop loop;
    private final ArrayDeque<Exchange> pending = new ArrayDeque<>();
    private boolean writing;
    private boolean ended;
    private @Nullable ChannelFuture farewell;

    AnswerQueue(HotLoop loop) {
        this.loop = loop;
    }

    void add(Exchange exchange) {
        pending.add(exchange);
    }

    boolean contains(Exchange exchange) {
        return pending.contains(exchange);
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    int size() {
        return pending.size();
    }

    void clear() {
        pending.clear();
    }

    /** The last answer is written. */
    boolean ended() {
        return ended;
    }

    /** The last answer is written, and what its client still sends is thrown away. */
    boolean lingering() {
        return farewell != null;
    }

    /** To be called when the client has sent everything: nothing stands in the way of closing any more. */
    void closeAfterFarewell() {
        if (farewell != null) {
            farewell.addListener(ChannelFutureListener.CLOSE);
        }
    }

    /**
     * Writes what is due.
     *
     * @param sending the client is still sending a request
     * @param more further requests of it wait to be looked at
     * @return whether anything was written
     */
    boolean write(ChannelHandlerContext ctx, boolean sending, boolean more) {
        if (writing) {
            return false;
        }
        writing = true;
        boolean wrote = false;
        for (Exchange next = pending.peek(); next != null && !ended; next = pending.peek()) {
            Answer answer = next.answer();
            if (answer == null) {
                break;
            }
            pending.remove();
            write(ctx, next, answer, sending, more);
            wrote = true;
        }
        writing = false;
        if (wrote) {
            loop.written(ctx);
            continueIfDue(ctx);
        }
        return wrote;
    }

    private void write(ChannelHandlerContext ctx, Exchange exchange, Answer answer, boolean sending, boolean more) {
        ended = exchange.last() || (loop.draining() && pending.isEmpty() && !more);
        ProblemType problem = answer.problem();
        Asked asked = exchange.asked();
        boolean logged = asked != null && loop.accessLog().wants(problem == null ? 200 : problem.status());
        String requestId = exchange.requestId();
        if (requestId == null && (logged || problem != null)) {
            requestId = loop.requestIds().next();
        }
        FullHttpResponse response = answer.response(
                loop.date(),
                ended ? HttpHeaderValues.CLOSE : exchange.keepAliveIsToBeSaid() ? HttpHeaderValues.KEEP_ALIVE : null,
                requestId);
        if (logged && asked != null && requestId != null) {
            loop.log(
                    asked,
                    requestId,
                    response.status().code(),
                    problem == null ? "" : problem.code(),
                    exchange.received(),
                    HttpMethod.HEAD.equals(asked.method())
                            ? 0
                            : response.content().readableBytes(),
                    exchange.elapsed());
        }
        if (!ended) {
            ctx.write(response, ctx.voidPromise());
        } else if (sending || exchange.broken()) {
            linger(ctx, response);
        } else {
            ctx.write(response).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /**
     * Ends a connection whose client is still sending. Closing it would make the kernel answer with a reset, which can overtake the
     * response: so only our direction is closed, and the client has a moment to read.
     */
    private void linger(ChannelHandlerContext ctx, HttpResponse response) {
        farewell = ctx.write(response).addListener(_ -> {
            SslHandler tls = ctx.pipeline().get(SslHandler.class);
            if (tls != null) {
                tls.closeOutbound();
            } else if (ctx.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
            }
        });
    }

    /** Tells the client to send its body, if it waits for that and its turn has come. */
    void continueIfDue(ChannelHandlerContext ctx) {
        Exchange next = pending.peek();
        if (next != null && next.continueDue) {
            next.continueDue = false;
            ctx.write(
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER),
                    ctx.voidPromise());
            loop.written(ctx);
        }
    }
}
