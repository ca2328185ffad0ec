package dev.redoubt.cache.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a {@link Script} returned: one integer, one string, or a flat list of them. */
public final class ScriptReply {

    private final List<@Nullable Object> elements = new ArrayList<>();

    ScriptReply() {}

    void add(@Nullable Object element) {
        elements.add(element);
    }

    public int size() {
        return elements.size();
    }

    /**
     * The integer at that place.
     *
     * @throws ClassCastException if the script returned something else
     */
    public long number(int index) {
        return (Long) Objects.requireNonNull(elements.get(index), "the script returned nil");
    }

    /** The bytes at that place; null for nil, and when the list ends before it. */
    public byte @Nullable [] bytes(int index) {
        return index < elements.size() ? (byte[]) elements.get(index) : null;
    }
}
