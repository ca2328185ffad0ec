package dev.redoubt.cache.redis;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Who wants to be told when a key that was read on this connection changes (CLIENT TRACKING). Everything is called on the event loop of the
 * connection, and in the order in which Redis said it: a reply that was read before a change is told before it.
 */
public interface Tracking {

    /** From now on Redis tells about the keys that are read here. */
    void began();

    /** Redis does not track for us: too old, or the user may not ask for it. */
    void refused(String error);

    /** The value of this key may not be what it was; null = of every key. */
    void changed(@Nullable ByteBuffer key);

    /** The connection is gone: nothing of what was read on it is known to be true any more. */
    void ended();
}
