package dev.redoubt.cache.redis;

/**
 * What a server says of itself.
 *
 * @param server name and version, such as {@code redis 8.0.2}
 * @param role {@code master} or {@code replica}
 */
record ServerGreeting(String server, String role) {

    boolean isReplica() {
        return role.equals("replica") || role.equals("slave");
    }
}
