package dev.redoubt.cache.lifecycle;

/** Whether traffic should come here. It says nothing about Redis: a shared outage must not take every replica away at once. */
public final class Readiness {

    private volatile boolean ready;

    public boolean isReady() {
        return ready;
    }

    void set(boolean now) {
        ready = now;
    }
}
