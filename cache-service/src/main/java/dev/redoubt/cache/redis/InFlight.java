package dev.redoubt.cache.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands of one connection that Redis still has to answer, in their order, and what they tell about Redis. Used on the
 * connection's event loop only.
 *
 * <p>Redis answers in order, so the oldest unanswered command is the detector: once that one is overdue and nothing else has been
 * answered meanwhile, Redis has stopped answering.
 */
final class InFlight {

    private final long timeoutNanos;
    private final ArrayDeque<RedisCall<?>> unanswered = new ArrayDeque<>();
    private boolean answeredSinceLook;
    private long lastAnswer;
    private long provenAt;

    /** @param timeoutNanos after that a command is overdue */
    InFlight(long timeoutNanos) {
        this.timeoutNanos = timeoutNanos;
    }

    /** A new connection: what was before does not count. */
    void begin(long now) {
        lastAnswer = now;
        provenAt = now;
        answeredSinceLook = false;
    }

    int size() {
        return unanswered.size();
    }

    void add(RedisCall<?> call) {
        unanswered.add(call);
    }

    void answered(RedisCall<?> call) {
        if (call.equals(unanswered.peek())) {
            unanswered.poll();
        } else {
            unanswered.remove(call);
        }
        answeredSinceLook = true;
        provenAt = call.startedAt();
    }

    /** When the last command was sent that has been answered: all that Redis had said before that has been read. */
    long provenAt() {
        return provenAt;
    }

    /** To be called every few milliseconds: whether something is overdue. */
    boolean look(long now) {
        if (answeredSinceLook) {
            answeredSinceLook = false;
            lastAnswer = now;
        }
        return overdue(now);
    }

    boolean overdue(long now) {
        RedisCall<?> oldest = unanswered.peek();
        return oldest != null && isOverdue(oldest, now);
    }

    /** Nothing at all was answered for that long. */
    boolean silent(long now, long nanos) {
        return !answeredSinceLook && now - lastAnswer >= nanos;
    }

    /** Gives up on what is overdue; how many of them nobody had given up on before. */
    int settleOverdue(long now) {
        // Settling runs other code: it must not see this queue change under its feet.
        List<RedisCall<?>> late = new ArrayList<>();
        for (RedisCall<?> call : unanswered) {
            if (!isOverdue(call, now)) {
                break;
            }
            late.add(call);
        }
        late.removeIf(RedisCall::settled);
        late.forEach(call -> call.settle(CallFailure.TIMEOUT));
        return late.size();
    }

    /** The connection is gone: nothing will be answered any more. */
    void abandon() {
        List<RedisCall<?>> abandoned = List.copyOf(unanswered);
        unanswered.clear();
        abandoned.forEach(call -> call.settle(CallFailure.CONNECTION_LOST));
    }

    private boolean isOverdue(RedisCall<?> call, long now) {
        return now - call.startedAt() >= timeoutNanos;
    }
}
