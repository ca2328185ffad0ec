package dev.redoubt.cache.lifecycle;

import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.redis.RedisLinks;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;

/**
 * The way in, last of all, when the server listens: say "ready" once the first connections to Redis have been made or have failed. A
 * new replica that is sent requests before that would answer them with an outage that there is not. One whose Redis does not
 * even refuse is ready after {@code startup.patience} all the same: then it answers that there is an outage, because there is.
 */
public final class Arrival implements SmartLifecycle {

    private final RedisLinks links;
    private final Readiness readiness;
    private final ServiceConfig.Startup settings;
    private volatile boolean running;

    public Arrival(RedisLinks links, Readiness readiness, ServiceConfig.Startup settings) {
        this.links = links;
        this.readiness = readiness;
        this.settings = settings;
    }

    @Override
    public void start() {
        running = true;
        var _ = links.settled()
                .completeOnTimeout(null, settings.patience().toMillis(), TimeUnit.MILLISECONDS)
                .thenRun(readiness::arrived);
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
