package dev.redoubt.cache.lifecycle;

import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.hot.HotPath;
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

    private final HotPath hotPath;
    private final Readiness readiness;
    private final ServiceConfig.Shutdown settings;
    private volatile boolean running;

    public Drain(HotPath hotPath, Readiness readiness, ServiceConfig.Shutdown settings) {
        this.hotPath = hotPath;
        this.readiness = readiness;
        this.settings = settings;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop(Runnable stopped) {
        readiness.leaving();
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
