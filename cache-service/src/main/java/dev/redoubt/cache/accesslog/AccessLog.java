package dev.redoubt.cache.accesslog;

import dev.redoubt.cache.config.ServiceConfig;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log: off, until the configuration asks for it. Event loops hand lines over and go on; a thread of its own writes them, because
 * standard output may be read slowly. Both are bounded, lines a second and lines that wait, and what does not fit is counted and gone: a flood
 * of refusals costs neither memory nor a disk. From any thread.
 */
public final class AccessLog {

    /** What the lines are logged as. */
    public static final String NAME = "redoubt.access";

    private static final Logger LINES = LoggerFactory.getLogger(NAME);

    private final LongAdder written = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private volatile @Nullable Writer writer;

    /** @param settings null = off */
    public AccessLog(ServiceConfig.@Nullable AccessLog settings) {
        apply(settings);
    }

    /** From now on under these settings; null = off. */
    public synchronized void apply(ServiceConfig.@Nullable AccessLog settings) {
        Writer before = writer;
        if (settings == null) {
            writer = null;
        } else if (before == null || !before.settings.equals(settings)) {
            // What waits for the one before is still written, and its thread ends by itself.
            writer = new Writer(settings);
        }
    }

    /** Whether any line is written at all. */
    public boolean isOn() {
        return writer != null;
    }

    /** Whether a line is to be written of a request that ended so: always of a denial and of a failure, else as often as the sample says. */
    public boolean wants(int status) {
        Writer now = writer;
        return now != null
                && (status == 401
                        || status == 403
                        || status >= 500
                        || ThreadLocalRandom.current().nextDouble()
                                < now.settings.sample().fraction());
    }

    /** Writes a line, soon, if there is room. */
    public void write(Line line) {
        Writer now = writer;
        boolean room = now != null
                && now.take(() -> {
                    line.log(LINES.atInfo());
                    written.increment();
                });
        if (!room) {
            dropped.increment();
        }
    }

    /** Lines that were written. */
    public long written() {
        return written.sum();
    }

    /** Lines for which there was no room. */
    public long dropped() {
        return dropped.sum();
    }

    /** Lines that wait to be written. */
    public int waiting() {
        Writer now = writer;
        return now == null ? 0 : now.worker.getQueue().size();
    }

    /** Writes what waits, for a second at most. */
    public void close() {
        Writer last = writer;
        writer = null;
        if (last != null) {
            last.worker.shutdown();
            try {
                var _ = last.worker.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class Writer {
        private final ServiceConfig.AccessLog settings;
        private final Bucket allowance;
        private final ThreadPoolExecutor worker;

        Writer(ServiceConfig.AccessLog settings) {
            this.settings = settings;
            this.allowance = Bucket.builder()
                    .addLimit(Bandwidth.builder()
                            .capacity(settings.linesPerSecond())
                            .refillGreedy(settings.linesPerSecond(), Duration.ofSeconds(1))
                            .build())
                    .build();
            this.worker = new ThreadPoolExecutor(
                    1,
                    1,
                    10,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(settings.queueSize()),
                    Thread.ofPlatform().name("access-log").daemon().factory());
            worker.allowCoreThreadTimeOut(true);
        }

        boolean take(Runnable line) {
            if (!allowance.tryConsume(1)) {
                return false;
            }
            try {
                worker.execute(line);
                return true;
            } catch (RejectedExecutionException full) {
                return false;
            }
        }
    }
}
