package dev.redoubt.cache.redis;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a Redis is and how to log in.
 *
 * @param host a DNS name or an IP address
 * @param tls TLS with the server's name and chain verified; nothing weaker is offered
 * @param username null = the user {@code default}
 * @param password null = no login
 * @param database the number of the database, 0 unless a URL says otherwise
 * @param caFile PEM file of the authorities to trust; null = the JVM's own
 * @param identity what the service presents; null = nothing
 */
public record RedisEndpoint(
        String host,
        int port,
        boolean tls,
        @Nullable String username,
        @Nullable String password,
        int database,
        @Nullable Path caFile,
        @Nullable Identity identity) {

    /** PEM files of a certificate and its private key. */
    public record Identity(Path certificate, Path privateKey) {}

    /** {@code host:port}, as it may be shown to anybody. */
    public String address() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** With whom the service logs in, as it may be shown to anybody. */
    public String user() {
        return username == null ? "default" : username;
    }

    RedisEndpoint withCaFile(@Nullable Path file) {
        return file == null ? this : new RedisEndpoint(host, port, tls, username, password, database, file, identity);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return (tls ? "rediss://" : "redis://") + user() + "@" + address() + "/" + database;
    }
}
