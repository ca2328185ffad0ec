package dev.redoubt.cache.lifecycle;

import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.hot.HotPath;
import dev.redoubt.cache.redis.RedisLinks;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The way out, before Spring Boot stops its server: say "not ready", go on serving for {@code shutdown.drain} because that news
 * travels slowly, then accept nothing new and wait, at most {@code shutdown.grace}, for the answers that are still owed.
 */
public final class Drain implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    /** A replica whose Redis does not even refuse is ready all the same: it answers that there is an outage. */
    private static final long PATIENCE_MILLIS = 5_000;

    private final HotPath hotPath;
    private final RedisLinks links;
    private final Readiness readiness;
    private final ServiceConfig.Shutdown settings;
    private volatile boolean running;
    private boolean stopping;

    public Drain(HotPath hotPath, RedisLinks links, Readiness readiness, ServiceConfig.Shutdown settings) {
        this.hotPath = hotPath;
        this.links = links;
        this.readiness = readiness;
        this.settings = settings;
    }

    /**
     * Last of all: now the server listens. Ready is said when the first connections to Redis have been made or have failed: a new
     * replica that is sent requests before that would answer them with an outage that there is not.
     */
    @Override
    public void start() {
        running = true;
        var _ = links.settled()
                .completeOnTimeout(null, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .thenRun(this::ready);
    }

    private synchronized void ready() {
        if (running && !stopping) {
            readiness.set(true);
        }
    }

    private synchronized void notReady() {
        stopping = true;
        readiness.set(false);
    }

    @Override
    public void stop(Runnable stopped) {
        notReady();
        hotPath.drain();
        LOG.info(
                "Draining: not ready any more, {} connections, accepting for another {} ms",
                hotPath.connections(),
                millis());
        var _ = CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(millis(), TimeUnit.MILLISECONDS))
                .thenCompose(_ -> hotPath.lastCall())
                .orTimeout(millis() + settings.grace().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((_, late) -> {
                    if (late == null) {
                        LOG.info("Drained: every request is answered");
                    } else {
                        LOG.warn("{} connections are cut: they took longer than shutdown.grace", hotPath.connections());
                    }
                    running = false;
                    stopped.run();
                });
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Started last and stopped first. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }

    private long millis() {
        return settings.drain().toMillis();
    }
}
