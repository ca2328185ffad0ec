package dev.redoubt.cache.redis;

import dev.redoubt.cache.config.ConfigException;
import dev.redoubt.cache.config.ServiceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a {@link RedisEndpoint} comes from. It is asked before every attempt to connect, so a changed password is found. */
public sealed interface EndpointSource {

    /**
     * The endpoint as it is now.
     *
     * @throws IOException saying what is missing, if it cannot be known at the moment
     */
    RedisEndpoint read() throws IOException;

    /**
     * The source that the configuration means.
     *
     * @param key the key in the file, for messages
     * @param variable the environment variable that has the URL when there is no binding
     * @throws ConfigException if there are two sources or none, or the URL is not one
     */
    static EndpointSource of(String key, ServiceConfig.Redis redis, String variable, Map<String, String> environment) {
        String url = environment.get(variable);
        if (redis.binding() != null && url != null) {
            throw new ConfigException(key + ".binding is set and so is " + variable + "; remove one of the two");
        }
        if (redis.binding() != null) {
            return new Binding(redis.binding(), redis.caFile());
        }
        if (url == null) {
            throw new ConfigException("No Redis is configured: set " + variable
                    + "=rediss://user:password@host:6379 in the environment, or " + key
                    + ": {binding: /path/of/a/directory} in the file");
        }
        try {
            return new Fixed(RedisUrl.parse(url).withCaFile(redis.caFile()));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(variable + ": " + e.getMessage());
        }
    }

    /** An endpoint that never changes. */
    record Fixed(RedisEndpoint endpoint) implements EndpointSource {
        @Override
        public RedisEndpoint read() {
            return endpoint;
        }
    }

    /**
     * A mounted binding Secret: one file per key. It is TLS unless the binding's own REDIS_URL says {@code redis://}: a missing file
     * must never be what takes the encryption away.
     */
    record Binding(Path directory, @Nullable Path caFile) implements EndpointSource {
        @Override
        public RedisEndpoint read() throws IOException {
            String host = file("REDIS_HOST");
            if (host == null) {
                throw new IOException("the binding " + directory + " has no file REDIS_HOST");
            }
            String port = file("REDIS_PORT");
            String url = file("REDIS_URL");
            Path ca = directory.resolve("ca.crt");
            return new RedisEndpoint(
                    host,
                    port == null ? 6379 : number(port),
                    url == null || !url.startsWith("redis://"),
                    file("REDIS_USERNAME"),
                    file("REDIS_PASSWORD"),
                    0,
                    caFile != null ? caFile : Files.exists(ca) ? ca : null,
                    identity());
        }

        /** Only there where the Redis wants its clients to present a certificate. */
        private RedisEndpoint.@Nullable Identity identity() {
            Path certificate = directory.resolve("tls.crt");
            Path key = directory.resolve("tls.key");
            return Files.exists(certificate) && Files.exists(key) ? new RedisEndpoint.Identity(certificate, key) : null;
        }

        private int number(String port) throws IOException {
            try {
                return Integer.parseInt(port);
            } catch (NumberFormatException e) {
                throw new IOException("the file REDIS_PORT of the binding " + directory + " is not a number", e);
            }
        }

        private @Nullable String file(String name) throws IOException {
            try {
                String text = Files.readString(directory.resolve(name)).strip();
                return text.isEmpty() ? null : text;
            } catch (NoSuchFileException e) {
                return null;
            }
        }
    }
}
