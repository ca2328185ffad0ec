package dev.redoubt.cache.lifecycle;

import java.util.concurrent.atomic.AtomicReference;

/** Whether traffic should come here. It says nothing about Redis: a shared outage must not take every replica away at once. */
public final class Readiness {

    private enum State {
        ARRIVING,
        READY,
        LEAVING
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.ARRIVING);

    public boolean isReady() {
        return state.get() == State.READY;
    }

    /** Ready from now on, unless the process is already on its way out. */
    void arrived() {
        state.compareAndSet(State.ARRIVING, State.READY);
    }

    /** Never ready again. */
    void leaving() {
        state.set(State.LEAVING);
    }
}
