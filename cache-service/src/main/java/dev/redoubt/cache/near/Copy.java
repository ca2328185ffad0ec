package dev.redoubt.cache.near;

import dev.redoubt.cache.redis.Key;
import dev.redoubt.cache.region.StoredValue;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** A copy of what lies under a key in Redis: a value, or the token of a tag. */
public final class Copy {

    private static final int OVERHEAD = 256;

    private final Key key;
    private final @Nullable StoredValue value;
    private final long token;
    private final int generation;
    private final int stamp;
    private final NearUse use;

    /** The head of the answer as it was made last, and the date that it has: for whoever makes answers. */
    public @Nullable HttpHeaders head;

    /** See {@link #head}. */
    public @Nullable CharSequence headDate;

    Copy(Key key, @Nullable StoredValue value, long token, int generation, int stamp, NearUse use) {
        this.key = key;
        this.value = value;
        this.token = token;
        this.generation = generation;
        this.stamp = stamp;
        this.use = use;
    }

    /** The value; null when this is a token. */
    public @Nullable StoredValue value() {
        return value;
    }

    /** The token of a tag. */
    public long token() {
        return token;
    }

    int generation() {
        return generation;
    }

    int stamp() {
        return stamp;
    }

    NearUse use() {
        return use;
    }

    /** About how many bytes of memory it takes. */
    int cost() {
        return OVERHEAD + key.bytes().length + (value == null ? 0 : value.body().length);
    }
}
