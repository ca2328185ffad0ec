package dev.redoubt.cache.hot;

import dev.redoubt.cache.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/** One request of a connection, from its head to its answer. Requests of a connection are answered in their order. */
public final class Exchange {

    private final HotHandler connection;
    private final HotLoop loop;
    private final long startedAt;
    private final @Nullable Action action;
    private final boolean keepAliveIsToBeSaid;
    private final @Nullable String requestId;
    private final @Nullable Asked asked;
    private long received;
    private @Nullable Answer answer;
    private boolean last;
    private boolean broken;

    /** Set while the body of the request arrives. */
    @Nullable
    Body body;

    /** Whether the client waits for a 100 that could not be sent yet. */
    boolean continueDue;

    /**
     * @param action null when the request was refused before it was known what it wants
     * @param keepAlive whether the client wants to go on using the connection
     * @param http10 whether it must be told so
     * @param requestId how the client calls the request; null = it has no name
     * @param asked null when no line may be written of it
     */
    Exchange(
            HotHandler connection,
            HotLoop loop,
            @Nullable Action action,
            boolean keepAlive,
            boolean http10,
            @Nullable String requestId,
            @Nullable Asked asked) {
        this.connection = connection;
        this.loop = loop;
        this.startedAt = System.nanoTime();
        this.action = action;
        this.keepAliveIsToBeSaid = keepAlive && http10;
        this.last = !keepAlive;
        this.requestId = requestId;
        this.asked = asked;
    }

    /** The answer is there; it is written when those before it are. To be called once, on the event loop. */
    public void answer(Answer given) {
        answer = given;
        ProblemType problem = given.problem();
        if (problem != null) {
            loop.metrics().refusal(problem);
        }
        connection.answered();
    }

    /** Nanoseconds since the head of the request was read. */
    public long elapsed() {
        return System.nanoTime() - startedAt;
    }

    /** The request is complete: its action takes over. */
    void run() {
        if (action != null) {
            action.run(this);
        }
    }

    /** The connection refuses the request. */
    void refuse(Answer.Fixed refusal) {
        if (action != null) {
            action.refused(elapsed());
        }
        answer(refusal);
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

    /** For the access log; null when that does not ask. */
    @Nullable
    Asked asked() {
        return asked;
    }

    /** Its body is complete, and was of so many bytes. */
    void received(long bytes) {
        received = bytes;
    }

    long received() {
        return received;
    }

    /** How the client calls the request, or null. */
    @Nullable
    String requestId() {
        return requestId;
    }
}
