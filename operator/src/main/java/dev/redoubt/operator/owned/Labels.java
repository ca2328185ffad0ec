package dev.redoubt.operator.owned;

/** Label and annotation keys of Redoubt, in one place. */
public final class Labels {
    /** On everything that the operator makes; its informers watch nothing else. */
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    /** The value of {@link #MANAGED_BY}. */
    public static final String REDOUBT = "redoubt";

    public static final String NAME = "app.kubernetes.io/name";
    public static final String INSTANCE = "app.kubernetes.io/instance";
    public static final String COMPONENT = "app.kubernetes.io/component";
    public static final String PART_OF = "app.kubernetes.io/part-of";

    /** Names the Redis that an object belongs to. */
    public static final String REDIS = "redoubt.dev/redis";

    /** Names the RedisUser that an object belongs to. */
    public static final String REDIS_USER = "redoubt.dev/redis-user";

    /** Names the CacheService that an object belongs to. */
    public static final String CACHE_SERVICE = "redoubt.dev/cache-service";

    /** On a client's pod: may connect to the Redis of this name in its own namespace. */
    public static final String REDIS_CLIENT = "redoubt.dev/redis-client";

    /** On a client's pod: may connect to the CacheService of this name in its own namespace. */
    public static final String CACHE_CLIENT = "redoubt.dev/cache-client";

    /** On a pod or a namespace: may scrape metrics. */
    public static final String METRICS = "redoubt.dev/metrics";

    /** On a Secret that clients of a Redis bind to: the ACL user in it, such as {@code app} or {@code service}. */
    public static final String BINDING = "redoubt.dev/binding";

    /** On a user's own Secret: the operator may read and watch it. */
    public static final String WATCH = "redoubt.dev/watch";

    /** On a resource: only the operator whose setting {@code instance} has this value handles it. */
    public static final String OPERATOR = "redoubt.dev/operator";

    /** Annotation on a resource: with the value {@code true} the operator changes nothing of it. */
    public static final String PAUSED = "redoubt.dev/paused";

    /** Annotation on a resource that has passwords: each new value asks for new ones. */
    public static final String ROTATE_CREDENTIALS = "redoubt.dev/rotate-credentials";

    /** The value of a label that is only ever present or absent. */
    public static final String TRUE = "true";

    private Labels() {}

    /**
     * Selects the resources of one operator.
     *
     * @param instance as its settings say; empty = those without the label
     */
    public static String selectorOf(String instance) {
        return instance.isEmpty() ? "!" + OPERATOR : OPERATOR + "=" + instance;
    }
}
