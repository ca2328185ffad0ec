package dev.redoubt.cache.mode;

import dev.redoubt.cache.redis.CallFailure;
import dev.redoubt.cache.redis.Commands;
import dev.redoubt.cache.redis.PinnedConnection;
import dev.redoubt.cache.redis.RedisCall;
import java.util.List;

/**
 * Carries out the deletes that waited. It is told when a connection works again, before any request can use it, and Redis does what it is
 * sent in its order: whoever reads on that connection afterwards does not see what was to be deleted, nor does its near cache. A
 * delete stays noted until Redis has confirmed it, so one that is lost on the way is sent again the next time, at the latest with the next
 * heartbeat; twice does no harm.
 */
public final class Replay {

    private static final int KEYS_PER_COMMAND = 100;

    private final PendingDeletes pending;

    public Replay(PendingDeletes pending) {
        this.pending = pending;
    }

    /** Sends all that wait. On the event loop of the connection. */
    public void on(PinnedConnection connection) {
        List<byte[]> keys = pending.oldest(Integer.MAX_VALUE);
        for (int from = 0; from < keys.size(); from += KEYS_PER_COMMAND) {
            List<byte[]> some = keys.subList(from, Math.min(keys.size(), from + KEYS_PER_COMMAND));
            connection.dispatch(new RedisCall<>(Commands.unlink(some)) {
                @Override
                protected void replied(Long removed) {
                    some.forEach(pending::remove);
                }

                @Override
                protected void refused(String error) {}

                @Override
                protected void failed(CallFailure why) {}
            });
        }
    }
}
