package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** What the server does when the data reaches {@code maxMemory}; the words are those of {@code maxmemory-policy}. */
public enum MaxMemoryPolicy {
    /** Refuse writes that need memory. */
    NOEVICTION("noeviction"),

    /** Evict the least recently used key. */
    ALLKEYS_LRU("allkeys-lru"),

    /** Evict the least frequently used key. */
    ALLKEYS_LFU("allkeys-lfu"),

    /** Evict any key. */
    ALLKEYS_RANDOM("allkeys-random"),

    /** Evict the least recently used key that has a time to live. */
    VOLATILE_LRU("volatile-lru"),

    /** Evict the least frequently used key that has a time to live. */
    VOLATILE_LFU("volatile-lfu"),

    /** Evict any key that has a time to live. */
    VOLATILE_RANDOM("volatile-random"),

    /** Evict the key that would expire first. */
    VOLATILE_TTL("volatile-ttl");

    private final String value;

    MaxMemoryPolicy(String value) {
        this.value = value;
    }

    /** Whether a key that has a time to live may vanish before that time. */
    public boolean evicts() {
        return this != NOEVICTION;
    }

    /** The word for it in YAML. */
    @JsonValue
    public String value() {
        return value;
    }
}
