package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** The groups of commands that a {@link RedisUser} may be given, by Redis's names. */
public enum CommandCategory {
    /** {@code @read}. */
    READ("read"),
    /** {@code @write}. */
    WRITE("write"),
    /** {@code @keyspace}. */
    KEYSPACE("keyspace"),
    /** {@code @string}. */
    STRING("string"),
    /** {@code @bitmap}. */
    BITMAP("bitmap"),
    /** {@code @hash}. */
    HASH("hash"),
    /** {@code @list}. */
    LIST("list"),
    /** {@code @set}. */
    SET("set"),
    /** {@code @sortedset}. */
    SORTEDSET("sortedset"),
    /** {@code @hyperloglog}. */
    HYPERLOGLOG("hyperloglog"),
    /** {@code @geo}. */
    GEO("geo"),
    /** {@code @stream}. */
    STREAM("stream"),
    /** {@code @pubsub}. */
    PUBSUB("pubsub"),
    /** {@code @transaction}. */
    TRANSACTION("transaction"),
    /** {@code @scripting}. */
    SCRIPTING("scripting"),
    /** {@code @blocking}. */
    BLOCKING("blocking");

    private final String value;

    CommandCategory(String value) {
        this.value = value;
    }

    /** The word for it in YAML. */
    @JsonValue
    public String value() {
        return value;
    }
}
