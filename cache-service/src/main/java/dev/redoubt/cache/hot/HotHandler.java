package dev.redoubt.cache.hot;

import dev.redoubt.cache.access.Caller;
import dev.redoubt.cache.access.Identity;
import dev.redoubt.cache.problem.ProblemType;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection.
 *
 * <p>Requests to a {@link Family} are answered on this event loop, many at a time when the client pipelines them, and written in their
 * order. Any other request is handed on to WebFlux, one at a time and only when all before it are answered; what comes after it waits in
 * {@link #held}, which is bounded by what one read can bring, because nothing is read while something is held.
 *
 * <p>Incoming buffers are copied from and released before {@code channelRead} returns, outgoing ones are made when they are written:
 * no buffer lives longer than a call, whatever happens to the connection.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails ends the connection, and that is seen here too
final class HotHandler extends ChannelDuplexHandler {

    private static final Logger LOG = LoggerFactory.getLogger(HotHandler.class);
    private static final long LINGER_NANOS = 1_000_000_000;

    private final HotLoop loop;
    private final AnswerQueue answers;
    private final Caller caller = new Caller();
    private final ArrayDeque<Object> held = new ArrayDeque<>();

    private @Nullable ChannelHandlerContext context;
    /** The exchange whose request is still arriving. */
    private @Nullable Exchange receiving;
    /** Bytes of a body that nobody wants. */
    private long discarded;
    /** A request that was handed on is still arriving. */
    private boolean forwarding;
    /** A request that was handed on is not answered yet. */
    private boolean awaitingForwarded;
    /** The request that was handed on last. */
    private @Nullable Forwarded forwarded;
    /** The first of those held is to be handed on, and waits for the answers before it. */
    private boolean holdingForwarded;
    /** The first of those held waits until its token was looked at. */
    private boolean proving;
    /** No further request of this connection is looked at. */
    private boolean finished;

    private boolean decodedInThisRead;
    private long quietSince;
    private long incompleteSince;

    HotHandler(HotLoop loop) {
        this.loop = loop;
        this.answers = new AnswerQueue(loop);
        this.quietSince = loop.coarseNanos();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        loop.add(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        gone();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone();
        ctx.fireChannelInactive();
    }

    private void gone() {
        context = null;
        finished = true;
        held.forEach(ReferenceCountUtil::release);
        held.clear();
        answers.clear();
        loop.remove(this);
    }

    // ---- what comes in
    // -------------------------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        decodedInThisRead = true;
        incompleteSince = 0;
        quietSince = loop.coarseNanos();
        if (!held.isEmpty() || mustWait(ctx, message)) {
            held.add(message);
        } else {
            accept(ctx, message);
        }
    }

    /** A request must wait for those before it: always when it is for WebFlux or behind such a one, else when there are too many, or the client does not read. */
    private boolean mustWait(ChannelHandlerContext ctx, Object message) {
        return message instanceof HttpRequest
                && !finished
                && (awaitingForwarded
                        || proving
                        || answers.size() >= loop.limits().pipelined()
                        || !ctx.channel().isWritable()
                        || (holdingForwarded && !answers.isEmpty()));
    }

    private void accept(ChannelHandlerContext ctx, Object message) {
        if (forwarding) {
            forwarding = !(message instanceof LastHttpContent);
            ctx.fireChannelRead(message);
        } else if (message instanceof HttpRequest request && !finished) {
            begin(ctx, request);
        } else {
            try {
                receive(ctx, message);
            } finally {
                ReferenceCountUtil.release(message);
            }
        }
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest request) {
        Decision decision = loop.decide(request, caller);
        if (decision instanceof Decision.Prove prove) {
            held.addFirst(request);
            prove(prove);
            return;
        }
        holdingForwarded = decision instanceof Decision.Forward && !answers.isEmpty();
        if (holdingForwarded) {
            held.addFirst(request);
            return;
        }
        if (decision instanceof Decision.Forward) {
            forward(ctx, request);
            return;
        }
        Action action = decision instanceof Action allowed ? allowed : null;
        boolean http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
        Exchange exchange = new Exchange(
                this, loop, action, HttpUtil.isKeepAlive(request), http10, RequestIds.given(request), asked(request));
        Body body = action == null ? null : action.body();
        boolean awaitsContinue = body != null && HttpUtil.is100ContinueExpected(request);
        answers.add(exchange);
        receiving = request instanceof LastHttpContent ? null : exchange;
        discarded = 0;
        ReferenceCountUtil.release(request);
        if (decision instanceof Decision.Refuse refuse) {
            if (refuse.close()) {
                exchange.breakOff();
            }
            finished = exchange.last();
            exchange.refuse(refuse.answer());
            return;
        }
        finished = exchange.last();
        if (body == null) {
            exchange.run();
        } else {
            exchange.body = body;
            exchange.continueDue = awaitsContinue;
            answers.continueIfDue(ctx);
        }
    }

    private @Nullable Asked asked(HttpRequest request) {
        return loop.accessLog().isOn() ? Asked.of(request, caller.asking()) : null;
    }

    /** To WebFlux, which finds in the request how it is called; the answer is told that on its way out. */
    private void forward(ChannelHandlerContext ctx, HttpRequest request) {
        String given = RequestIds.given(request);
        String requestId = given == null ? loop.requestIds().next() : given;
        request.headers().set(RequestIds.HEADER, requestId);
        forwarded = new Forwarded(requestId, asked(request));
        awaitingForwarded = true;
        forwarding = !(request instanceof LastHttpContent);
        ctx.fireChannelRead(request);
    }

    /** The token of the first of those held is looked at elsewhere, because that takes long; the loop does something else meanwhile. */
    private void prove(Decision.Prove prove) {
        proving = true;
        Identity.Unverified holder = prove.holder();
        var _ = holder.tokens()
                .verify(holder.hash(), holder.token())
                .thenAccept(verdict -> loop.execute(() -> {
                    proving = false;
                    caller.learn(prove.access(), verdict);
                    resume();
                }));
    }

    private void receive(ChannelHandlerContext ctx, Object message) {
        if (!(message instanceof HttpContent content)) {
            return;
        }
        boolean complete = message instanceof LastHttpContent;
        Exchange exchange = receiving;
        if (exchange == null || answers.lingering()) {
            if (complete) {
                answers.closeAfterFarewell();
            }
            return;
        }
        if (complete) {
            receiving = null;
        }
        Body body = exchange.body;
        if (content.decoderResult().isFailure()) {
            receiving = null;
            breakOff(
                    exchange,
                    Answer.refusal(ProblemType.REQUEST_MALFORMED, "The body is not framed as HTTP/1.1 wants it."));
        } else if (body == null) {
            discarded += content.content().readableBytes();
            if (discarded > loop.limits().body()) {
                ctx.close();
            }
        } else if (!body.append(content.content())) {
            breakOff(
                    exchange,
                    Answer.refusal(ProblemType.VALUE_TOO_LARGE, "The body may have " + body.limit() + " bytes."));
        } else if (complete) {
            exchange.received(body.length());
            exchange.body = null;
            exchange.run();
        }
    }

    /** The rest of the connection cannot be understood or is not wanted: this exchange is its last. */
    private void breakOff(Exchange exchange, Answer.Fixed refusal) {
        exchange.breakOff();
        exchange.body = null;
        finished = true;
        if (exchange.answer() == null) {
            exchange.refuse(refusal);
        } else if (!answers.contains(exchange) && context != null) {
            context.close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (!decodedInThisRead && incompleteSince == 0 && receiving == null && !forwarding && answers.isEmpty()) {
            incompleteSince = System.nanoTime();
        }
        decodedInThisRead = false;
        ctx.fireChannelReadComplete();
        readMore(ctx);
    }

    /** The server runs with autoRead off: whoever takes a message must ask for the next, or the connection stalls. */
    private void readMore(ChannelHandlerContext ctx) {
        if (mayRead(ctx) && !forwarding) {
            ctx.read();
        }
    }

    private boolean mayRead(ChannelHandlerContext ctx) {
        return held.isEmpty()
                && answers.size() < loop.limits().pipelined()
                && ctx.channel().isWritable();
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (held.isEmpty()) {
            ctx.read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.fireChannelWritabilityChanged();
        if (ctx.channel().isWritable()) {
            loop.execute(this::resume);
        }
    }

    /** Takes up what was held back, as far as it may now. */
    private void resume() {
        ChannelHandlerContext ctx = context;
        while (ctx != null && !held.isEmpty() && !mustWait(ctx, held.element())) {
            accept(ctx, held.remove());
            ctx = context;
        }
        if (ctx != null) {
            readMore(ctx);
        }
    }

    // ---- what goes out
    // -------------------------------------------------------------------------------------------------

    /** Some exchange has its answer: writes what is due. */
    void answered() {
        ChannelHandlerContext ctx = context;
        if (ctx != null && answers.write(ctx, receiving != null, !held.isEmpty())) {
            finished |= answers.ended();
            quietSince = loop.coarseNanos();
            if (!held.isEmpty()) {
                loop.execute(this::resume);
            }
        }
    }

    /** The answer of WebFlux passes here on its way out. */
    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!awaitingForwarded || isInformational(message)) {
            ctx.write(message, promise);
            return;
        }
        ChannelPromise watched = promise;
        Forwarded request = forwarded;
        if (request != null) {
            request.passes(message);
        }
        if (message instanceof HttpMessage head && loop.draining()) {
            head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            finished = true;
        }
        if (message instanceof LastHttpContent) {
            awaitingForwarded = false;
            quietSince = loop.coarseNanos();
            if (request != null) {
                request.ended(loop);
            }
            if (finished) {
                watched = promise.unvoid().addListener(ChannelFutureListener.CLOSE);
            } else {
                loop.execute(this::resume);
            }
        }
        ctx.write(message, watched);
    }

    private static boolean isInformational(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    // ---- what happens to it
    // --------------------------------------------------------------------------------------------

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent) {
            incompleteSince = 0;
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (awaitingForwarded) {
            ctx.fireExceptionCaught(cause);
            return;
        }
        // Resets and failed handshakes are the client's affair, and may come by the thousand.
        if (cause instanceof RuntimeException && !(cause.getCause() instanceof IOException)) {
            LOG.error("A connection was closed because of a fault of the service", cause);
        } else {
            LOG.debug("A connection failed", cause);
        }
        ctx.close();
    }

    /** Requests of it that wait for their answer. */
    int pending() {
        return answers.size() + (awaitingForwarded ? 1 : 0);
    }

    /** It is not read, because too much of it waits already. */
    boolean paused() {
        ChannelHandlerContext ctx = context;
        return ctx != null && !mayRead(ctx);
    }

    /** Called a few times per second. */
    void sweep(long now) {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            return;
        }
        boolean busy = !answers.isEmpty() || proving || awaitingForwarded || receiving != null || forwarding;
        long limit = loop.limits().request().toNanos();
        Exchange slow = receiving;
        if (answers.lingering()) {
            if (now - quietSince > LINGER_NANOS) {
                ctx.close();
            }
        } else if (slow != null && now - slow.startedAt() > limit) {
            breakOff(
                    slow,
                    Answer.refusal(ProblemType.REQUEST_TIMEOUT, "The request did not arrive within limits.request."));
        } else if (!busy && incompleteSince != 0 && now - incompleteSince > limit) {
            ctx.close();
        } else if (!busy
                && (loop.lastCall() || now - quietSince > loop.limits().idle().toNanos())) {
            ctx.close();
        }
    }
}
