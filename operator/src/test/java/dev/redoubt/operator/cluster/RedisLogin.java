package dev.redoubt.operator.cluster;

import static org.awaitility.Awaitility.await;

import dev.redoubt.operator.owned.SecretData;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.SocketAddressResolver;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Somebody who may log in to a Redis: over TLS, with the certificate and the host name verified, through the client Service. The
 * tests have no cluster DNS, so the Service's address is looked up in the API and dialled under its name.
 */
public final class RedisLogin {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ROUTE = Duration.ofSeconds(30);

    private final RedisURI uri;
    private final InetAddress address;
    private final SslOptions ssl;

    private RedisLogin(RedisURI uri, InetAddress address, SslOptions ssl) {
        this.uri = uri;
        this.address = address;
        this.ssl = ssl;
    }

    /** An application, which knows the binding Secret and nothing else. */
    static RedisLogin ofApplication(KubernetesClient client, String namespace, String redis) {
        var binding = secret(client, namespace, redis + "-binding");
        return of(client, binding, binding.get("REDIS_USERNAME"), binding.get("REDIS_PASSWORD"));
    }

    /** A client that was given the binding of the RedisUser {@code user}. */
    static RedisLogin ofUser(KubernetesClient client, String namespace, String user) {
        var binding = secret(client, namespace, user + "-user-binding");
        return of(client, binding, binding.get("REDIS_USERNAME"), binding.get("REDIS_PASSWORD"));
    }

    /** The operator's own user. */
    static RedisLogin ofOperator(KubernetesClient client, String namespace, String redis) {
        var binding = secret(client, namespace, redis + "-binding");
        var passwords = secret(client, namespace, redis + "-redis-credentials");
        return of(client, binding, "operator", passwords.get("operator"));
    }

    private static RedisLogin of(KubernetesClient client, Map<String, String> binding, String user, String password) {
        var host = binding.get("REDIS_HOST");
        var uri = RedisURI.builder()
                .withHost(host)
                .withPort(Integer.parseInt(binding.get("REDIS_PORT")))
                .withSsl(true)
                .withVerifyPeer(SslVerifyMode.FULL)
                .withAuthentication(user, password.toCharArray())
                .withTimeout(TIMEOUT)
                .build();
        return new RedisLogin(uri, address(client, host), ssl(binding));
    }

    /** Trusts what the binding says, and presents what it holds. */
    private static SslOptions ssl(Map<String, String> binding) {
        var ssl = SslOptions.builder().jdkSslProvider().trustManager(() -> pem(binding, "ca.crt"));
        if (binding.containsKey("tls.crt")) {
            ssl.keyManager(() -> pem(binding, "tls.crt"), () -> pem(binding, "tls.key"), new char[0]);
        }
        return ssl.build();
    }

    private static InputStream pem(Map<String, String> binding, String key) {
        return new ByteArrayInputStream(binding.get(key).getBytes(StandardCharsets.US_ASCII));
    }

    /** The same without a certificate, whether the binding holds one or not. */
    static RedisLogin withoutCertificate(KubernetesClient client, String namespace, String redis) {
        var binding = secret(client, namespace, redis + "-binding");
        binding.remove("tls.crt");
        return of(client, binding, binding.get("REDIS_USERNAME"), binding.get("REDIS_PASSWORD"));
    }

    private static Map<String, String> secret(KubernetesClient client, String namespace, String name) {
        return SecretData.decode(Objects.requireNonNull(
                client.resources(Secret.class)
                        .inNamespace(namespace)
                        .withName(name)
                        .get(),
                name));
    }

    /** @param host {@code <service>.<namespace>.svc} */
    private static InetAddress address(KubernetesClient client, String host) {
        var labels = host.split("\\.", 3);
        var service = client.resources(Service.class)
                .inNamespace(labels[1])
                .withName(labels[0])
                .get();
        try {
            var number = InetAddress.getByName(service.getSpec().getClusterIP());
            return InetAddress.getByAddress(host, number.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(host + " has no address", e);
        }
    }

    /** Several questions on one connection, which is not made anew when it ends. */
    public <T> T onOneConnection(Function<RedisCommands<String, String>, T> questions) {
        return ask(questions);
    }

    public void set(String key, String value) {
        var _ = ask(redis -> redis.set(key, value));
    }

    /** A value of so many bytes, without sending them. */
    public void store(String key, int bytes) {
        var _ = ask(redis -> redis.setrange(key, bytes - 1, "x"));
    }

    public String get(String key) {
        return ask(redis -> redis.get(key));
    }

    /** CONFIG GET of one parameter. */
    public String parameter(String name) {
        return ask(redis -> redis.configGet(name)).getOrDefault(name, "");
    }

    /** The server answers nobody for {@code time}, as one that hangs; its process and its connections stay. */
    public void pause(Duration time) {
        var _ = ask(redis -> redis.clientPause(time.toMillis()));
    }

    /** Any command whose answer is of no interest. */
    public void run(String... command) {
        var arguments = new CommandArgs<>(StringCodec.UTF8);
        Stream.of(command).skip(1).forEach(arguments::add);
        var _ = ask(redis ->
                redis.dispatch(CommandType.valueOf(command[0]), new StatusOutput<>(StringCodec.UTF8), arguments));
    }

    /** One attempt to connect and to ask, and how it failed; empty if it did not. */
    public Optional<String> tryOnce() {
        var resources = resources();
        var client = RedisClient.create(resources);
        client.setOptions(
                ClientOptions.builder().autoReconnect(false).sslOptions(ssl).build());
        try (var connection = client.connect(uri)) {
            return "PONG".equals(connection.sync().ping()) ? Optional.empty() : Optional.of("no PONG");
        } catch (RedisException e) {
            return Optional.of(e + " <- " + e.getCause());
        } finally {
            client.shutdown(0, TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            var _ = resources.shutdown(0, TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** The tests have no cluster DNS: whatever the host is called, it is dialled at its address. */
    private ClientResources resources() {
        return DefaultClientResources.builder()
                .socketAddressResolver(new SocketAddressResolver() {
                    @Override
                    public SocketAddress resolve(RedisURI ignored) {
                        return new InetSocketAddress(address, uri.getPort());
                    }
                })
                .build();
    }

    /** kube-proxy and the endpoints of a Service that was made a moment ago follow what the API says within seconds. */
    private StatefulRedisConnection<String, String> connected(RedisClient client) {
        return await("route to " + uri.getHost())
                .atMost(ROUTE)
                .ignoreExceptionsInstanceOf(RedisConnectionException.class)
                .until(() -> client.connect(uri), Objects::nonNull);
    }

    /** One connection for one question: the server may have been another one the last time. */
    private <T> T ask(Function<RedisCommands<String, String>, T> question) {
        var resources = resources();
        var client = RedisClient.create(resources);
        try {
            client.setOptions(ClientOptions.builder().sslOptions(ssl).build());
            return question.apply(connected(client).sync());
        } finally {
            client.shutdown(0, TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            var _ = resources.shutdown(0, TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
