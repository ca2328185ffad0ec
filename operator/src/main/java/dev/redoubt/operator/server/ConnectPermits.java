package dev.redoubt.operator.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Bounds how many connections are made at the same time. A TLS handshake costs some milliseconds of processor time, and more in a process
 * that has just started: of hundreds at once none would end within its timeout. First come, first served; who waits is bounded by the number
 * of servers, each of which makes one connection at a time.
 */
final class ConnectPermits implements AutoCloseable {
    /** A server that hangs holds a permit for as long as its timeout, so it has to be more than a few. */
    private static final int AT_ONCE = 10;

    private final Semaphore permits = new Semaphore(AT_ONCE, true);
    private final ExecutorService waiting = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("connect-", 0).factory());

    /** The outcome of {@code attempt}, which is begun when there is a permit, and which must end in bounded time. */
    <T> CompletionStage<T> with(Supplier<CompletionStage<T>> attempt) {
        return CompletableFuture.runAsync(permits::acquireUninterruptibly, waiting)
                .thenCompose(_ -> begun(attempt).whenComplete((_, _) -> permits.release()));
    }

    /** Fails where it cannot even begin, so that the permit comes back. */
    private static <T> CompletionStage<T> begun(Supplier<CompletionStage<T>> attempt) {
        try {
            return attempt.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void close() {
        waiting.shutdownNow();
    }
}
