package dev.redoubt.cache.lifecycle;

import dev.redoubt.cache.redis.RedisLinks;
import org.springframework.context.SmartLifecycle;

/** Connects to Redis before the server listens, and lets go when the server has stopped but the event loops still turn. */
public final class LinkLifecycle implements SmartLifecycle {

    /** Spring stops the event loops in phase 0. */
    private static final int BEFORE_THE_EVENT_LOOPS = 1;

    private final RedisLinks links;
    private volatile boolean running;

    public LinkLifecycle(RedisLinks links) {
        this.links = links;
    }

    @Override
    public void start() {
        running = true;
        links.start();
    }

    @Override
    public void stop() {
        links.close();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return BEFORE_THE_EVENT_LOOPS;
    }
}
