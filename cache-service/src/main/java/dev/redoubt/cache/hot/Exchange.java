package dev.redoubt.cache.hot;

import dev.redoubt.cache.metrics.Operation;
import dev.redoubt.cache.metrics.Outcome;
import dev.redoubt.cache.region.Region;
import org.jspecify.annotations.Nullable;

/** One request of a connection, from its head to its answer. Requests of a connection are answered in their order. */
final class Exchange {

    private final HotHandler connection;
    private final HotLoop loop;
    private final long startedAt;
    private final Decision.@Nullable Serve request;
    private final boolean keepAliveIsToBeSaid;
    private @Nullable Answer answer;
    private boolean last;
    private boolean broken;

    /** Set while the body of a PUT arrives. */
    @Nullable
    PutBody body;

    /** Whether the client waits for a 100 that could not be sent yet. */
    boolean continueDue;

    /**
     * @param request null when it was refused before it was known what it wants
     * @param keepAlive whether the client wants to go on using the connection
     * @param http10 whether it must be told so
     */
    Exchange(HotHandler connection, HotLoop loop, Decision.@Nullable Serve request, boolean keepAlive, boolean http10) {
        this.connection = connection;
        this.loop = loop;
        this.startedAt = System.nanoTime();
        this.request = request;
        this.keepAliveIsToBeSaid = keepAlive && http10;
        this.last = !keepAlive;
    }

    /** The answer is there; it is written when those before it are. */
    void answer(Answer given, Outcome outcome) {
        answer = given;
        if (request != null) {
            Region region = request.region();
            Operation operation = request.operation();
            loop.metrics().request(region, operation, outcome, System.nanoTime() - startedAt);
        }
        if (given instanceof Answer.Fixed fixed && fixed.problem() != null) {
            loop.metrics().refusal(fixed.problem());
        }
        connection.answered();
    }

    /** The request is refused. */
    void refuse(Answer.Fixed refusal) {
        answer(refusal, Outcome.REFUSED);
    }

    @Nullable
    Answer answer() {
        return answer;
    }

    /** Whether the connection ends with this answer. */
    boolean last() {
        return last;
    }

    /** What follows on the connection cannot be told apart, or is not wanted: the connection ends with this answer. */
    void breakOff() {
        last = true;
        broken = true;
    }

    /** Whether its client may still be sending what cannot be read any more. */
    boolean broken() {
        return broken;
    }

    boolean keepAliveIsToBeSaid() {
        return keepAliveIsToBeSaid;
    }

    long startedAt() {
        return startedAt;
    }
}
