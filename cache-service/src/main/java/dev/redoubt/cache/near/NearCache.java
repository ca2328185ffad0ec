package dev.redoubt.cache.near;

import dev.redoubt.cache.redis.Key;
import dev.redoubt.cache.redis.PinnedConnection;
import dev.redoubt.cache.redis.Tracking;
import dev.redoubt.cache.region.StoredValue;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The near cache of one event loop: copies of what was read on the loop's connection, least recently used first to go. Used on that loop
 * only.
 *
 * <p>Redis remembers what was read on a connection and tells <em>on that very connection</em> when it changes, so a value that was read
 * before the change arrives before the news, and one that was read after it arrives after them: whatever is stored on the arrival of a
 * reply is at least as new as every change told so far, and the next change will be told. A copy is used while
 *
 * <ul>
 *   <li>it comes from the present connection: when that drops, every copy of it becomes unverified at once;
 *   <li>the connection was proven to deliver within {@code maxStale}: some command was sent, and answered, since then;
 *   <li>nobody in this process has written the key since ({@link WriteStamps});
 *   <li>its value has not expired.
 * </ul>
 *
 * <p>Unverified and expired copies are kept, for {@link #lastKnown}: they may be served as stale when Redis cannot be asked. Those that
 * Redis has told about are dropped: they are known to be wrong.
 */
public final class NearCache implements Tracking {

    private static final int REMEMBERED_CONNECTIONS = 64;

    private final PinnedConnection connection;
    private final WriteStamps stamps;
    private final long maxBytes;
    private final long maxStaleNanos;
    private final LinkedHashMap<Key, Copy> copies = new LinkedHashMap<>(1024, 0.75f, true);
    /** Until when former connections were proven to deliver. */
    private final Map<Integer, Long> provenUntil = new HashMap<>();

    private final ArrayDeque<Integer> former = new ArrayDeque<>();
    private @Nullable ChangeListener listener;
    private int generation;
    private boolean on;
    private long bytes;
    private volatile NearView view = NearView.OFF;

    /** Who waits for a key to change. */
    public interface ChangeListener {
        /** The key may have changed; null = every key, or nobody can tell. */
        void changed(@Nullable Key key);
    }

    NearCache(PinnedConnection connection, WriteStamps stamps, long maxBytes, long maxStaleNanos) {
        this.connection = connection;
        this.stamps = stamps;
        this.maxBytes = maxBytes;
        this.maxStaleNanos = maxStaleNanos;
    }

    /** Who is told of every change that Redis tells about. */
    public void onChange(ChangeListener listening) {
        listener = listening;
    }

    /** Whether Redis tells about changes now. */
    public boolean isOn() {
        return on;
    }

    /** The copy of a key if it may be served as what Redis has. Values that have expired are the caller's to refuse. */
    public @Nullable Copy verified(Key key, long nanos) {
        if (!on || nanos - connection.provenAt() > maxStaleNanos) {
            return null;
        }
        Copy copy = copies.get(key);
        return copy != null && copy.generation() == generation && isOurs(key, copy) ? copy : null;
    }

    /** The copy of a key, whether it is still true or not, unless it is known not to be. */
    public @Nullable Copy lastKnown(Key key) {
        Copy copy = copies.get(key);
        return copy != null && isOurs(key, copy) ? copy : null;
    }

    /** For how many nanoseconds nobody could say that the copy is still true; 0 and above. */
    public long unverifiedFor(Copy copy, long nanos) {
        long proven = copy.generation() == generation && on
                ? connection.provenAt()
                : provenUntil.getOrDefault(copy.generation(), Long.MIN_VALUE);
        return proven == Long.MIN_VALUE ? Long.MAX_VALUE : Math.max(0, nanos - proven);
    }

    /** What this process has written of a key so far: to be asked before the key is read, and given to {@link #keep}. */
    public int stamp(Key key) {
        return stamps.of(key);
    }

    /** Keeps a value that has just been read. Returns the copy, or null when there is none. */
    public @Nullable Copy keep(Key key, StoredValue value, int stamp, NearUse use) {
        return keep(key, value, 0, stamp, use);
    }

    /** Keeps the token of a tag that has just been read. */
    public void keepToken(Key key, long token, int stamp, NearUse use) {
        keep(key, null, token, stamp, use);
    }

    private @Nullable Copy keep(Key key, @Nullable StoredValue value, long token, int stamp, NearUse use) {
        if (!on) {
            return null;
        }
        Copy copy = new Copy(key, value, token, generation, stamp, use);
        if (copy.cost() > maxBytes / 4) {
            drop(key);
            return null;
        }
        Copy before = copies.put(key, copy);
        if (before != null) {
            removed(before);
        }
        bytes += copy.cost();
        use.added(copy.cost());
        evict();
        return copy;
    }

    /** The key has no value, or not the one that is here. */
    public void drop(Key key) {
        Copy copy = copies.remove(key);
        if (copy != null) {
            removed(copy);
        }
    }

    private void removed(Copy copy) {
        bytes -= copy.cost();
        copy.use().removed(copy.cost());
    }

    /** This process has written the key, or may have. */
    public void written(Key key) {
        stamps.written(key);
        drop(key);
    }

    /** Whether it is on; from any thread. */
    public NearView view() {
        return view;
    }

    @Override
    public void began() {
        on = true;
        view = NearView.ON;
    }

    @Override
    public void refused(String error) {
        view = new NearView(false, error);
    }

    @Override
    public void changed(@Nullable ByteBuffer key) {
        Key changed = key == null ? null : Key.of(key);
        if (changed == null) {
            copies.values().forEach(this::removed);
            copies.clear();
        } else {
            drop(changed);
        }
        if (listener != null) {
            listener.changed(changed);
        }
    }

    @Override
    public void ended() {
        if (!on) {
            return;
        }
        on = false;
        provenUntil.put(generation, connection.provenAt());
        former.add(generation);
        if (former.size() > REMEMBERED_CONNECTIONS) {
            provenUntil.remove(former.remove());
        }
        generation++;
        view = NearView.OFF;
        if (listener != null) {
            listener.changed(null);
        }
    }

    private boolean isOurs(Key key, Copy copy) {
        if (copy.stamp() == stamps.of(key)) {
            return true;
        }
        drop(key);
        return false;
    }

    private void evict() {
        Iterator<Copy> oldest = copies.values().iterator();
        while (bytes > maxBytes && oldest.hasNext()) {
            Copy copy = oldest.next();
            oldest.remove();
            bytes -= copy.cost();
            copy.use().evicted(copy.cost());
        }
    }
}
