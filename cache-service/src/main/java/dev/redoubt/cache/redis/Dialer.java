package dev.redoubt.cache.redis;

import dev.redoubt.cache.config.ServiceConfig;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.StaticCredentialsProvider;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes connections for one event loop. Reads the endpoint anew for each, so that rotated passwords and authorities are found. */
final class Dialer {

    private static final String CLIENT_NAME = "redoubt-cache-service";

    private static final char[] NO_PASSWORD = {};

    private final EndpointSource source;
    private final ServiceConfig.Redis settings;
    private final RedisClient client;
    private final Executor files;
    private volatile @Nullable RedisEndpoint endpoint;

    /**
     * @param resources bound to the event loop that the connections shall run on
     * @param files where files may be read; never an event loop
     */
    Dialer(EndpointSource source, ServiceConfig.Redis settings, ClientResources resources, Executor files) {
        this.source = source;
        this.settings = settings;
        this.client = RedisClient.create(resources);
        this.files = files;
    }

    /** The endpoint of the last attempt; null before the first. */
    @Nullable
    RedisEndpoint endpoint() {
        return endpoint;
    }

    /** One attempt: TCP, TLS, login. It ends in a bounded time. */
    CompletableFuture<StatefulRedisConnection<byte[], byte[]>> dial() {
        return CompletableFuture.supplyAsync(this::readEndpoint, files).thenCompose(this::connect);
    }

    /** What a failed {@link #dial} means. */
    LinkFailure explain(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return cause instanceof UnreadableEndpoint
                ? new LinkFailure(LinkFailure.Reason.BindingIncomplete, String.valueOf(cause.getMessage()))
                : LinkFailure.ofConnecting(cause, endpoint);
    }

    CompletableFuture<Void> close() {
        return client.shutdownAsync(0, 1, TimeUnit.SECONDS);
    }

    private RedisEndpoint readEndpoint() {
        try {
            RedisEndpoint read = source.read();
            endpoint = read;
            return read;
        } catch (IOException e) {
            throw new UnreadableEndpoint(e);
        }
    }

    private CompletableFuture<StatefulRedisConnection<byte[], byte[]>> connect(RedisEndpoint to) {
        client.setOptions(options(to));
        return client.connectAsync(ByteArrayCodec.INSTANCE, uri(to)).toCompletableFuture();
    }

    private RedisURI uri(RedisEndpoint to) {
        RedisURI uri = RedisURI.create(to.host(), to.port());
        uri.setDatabase(to.database());
        uri.setSsl(to.tls());
        uri.setVerifyPeer(SslVerifyMode.FULL);
        uri.setTimeout(settings.connectTimeout());
        uri.setClientName(CLIENT_NAME);
        // Would be sent by CLIENT SETINFO, which the service's user has no need to be allowed.
        uri.setLibraryName("");
        uri.setLibraryVersion("");
        if (to.password() != null) {
            uri.setCredentialsProvider(new StaticCredentialsProvider(
                    RedisCredentials.just(to.username(), to.password().toCharArray())));
        }
        return uri;
    }

    private ClientOptions options(RedisEndpoint to) {
        SslOptions.Builder ssl = SslOptions.builder().jdkSslProvider().handshakeTimeout(settings.connectTimeout());
        if (to.caFile() != null) {
            ssl.trustManager(to.caFile().toFile());
        }
        if (to.identity() != null) {
            ssl.keyManager(
                    to.identity().certificate().toFile(),
                    to.identity().privateKey().toFile(),
                    NO_PASSWORD);
        }
        return ClientOptions.builder()
                .protocolVersion(ProtocolVersion.RESP3)
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                // Ours is counted first, and says why; this is the net below it.
                .requestQueueSize(settings.requestQueueSize() + 16)
                .useHashIndexQueue(false)
                // Deadlines are kept per connection, not by a timer per command.
                .timeoutOptions(TimeoutOptions.create())
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(settings.connectTimeout())
                        .tcpNoDelay(true)
                        .keepAlive(true)
                        .build())
                .sslOptions(ssl.build())
                .build();
    }

    /** The endpoint source failed. */
    private static final class UnreadableEndpoint extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnreadableEndpoint(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
