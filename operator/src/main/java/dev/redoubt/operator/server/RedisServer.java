package dev.redoubt.operator.server;

import dev.redoubt.operator.certificates.KeyedCertificate;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerHealth.Failure;
import dev.redoubt.operator.server.ServerHealth.Silent;
import dev.redoubt.operator.server.ServerHealth.Unknown;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.SocketAddressResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One server, and the one connection to it. A {@link #check} never blocks and never overlaps another, so a hanging server
 * costs nothing but its own answer.
 */
final class RedisServer {
    private static final Logger LOG = LoggerFactory.getLogger(RedisServer.class);
    /** Commands that may wait for an answer on one connection: a look at the controls asks some eighty at once. */
    private static final int MAX_QUEUED_COMMANDS = 256;

    private static final char[] NO_PASSWORD = {};

    /** Rules whose trial is remembered: far more than a server has users. */
    private static final int MAX_TRIED = 1_000;

    /** TCP, TLS and login: each has the timeout to itself, and one more is for what Lettuce does between them. */
    private static final int STEPS_OF_CONNECTING = 3;

    private volatile ServerTarget target;
    private final Duration timeout;
    private final int failuresUntilSilent;
    private final ConnectPermits permits;
    private final Interrogation interrogation;
    private final RedisClient client;
    private final Map<String, TriedOnce> tried = new ConcurrentHashMap<>();
    private final AtomicBoolean checking = new AtomicBoolean();
    private final AtomicInteger failures = new AtomicInteger();

    private volatile @Nullable StatefulRedisConnection<String, String> connection;
    private volatile ServerHealth health = new Unknown();
    private volatile boolean closed;

    private record TriedOnce(String runId, TriedRules found) {}

    /** @param isNew whether the server was asked just now */
    record Tried(TriedRules found, boolean isNew) {}

    RedisServer(
            ServerTarget target,
            Duration timeout,
            int failuresUntilSilent,
            ConnectPermits permits,
            ClientResources resources) {
        this.permits = permits;
        this.target = target;
        this.timeout = timeout;
        this.interrogation = new Interrogation(this::target, timeout);
        this.failuresUntilSilent = failuresUntilSilent;
        this.client = RedisClient.create(resources
                .mutate()
                // Not among what mutate() takes over: each server would have threads of its own.
                .eventLoopGroupProvider(resources.eventLoopGroupProvider())
                .socketAddressResolver(new PodAddress(target))
                .build());
        this.client.setOptions(options(target, timeout));
    }

    private RedisURI uri(Password password) {
        return RedisURI.builder()
                .withHost(target.host())
                .withPort(target.port())
                .withSsl(true)
                .withVerifyPeer(SslVerifyMode.FULL)
                .withAuthentication(target.user(), password.plain().toCharArray())
                .withClientName("redoubt-operator")
                .withTimeout(timeout)
                .build();
    }

    private static ClientOptions options(ServerTarget target, Duration timeout) {
        var authority = target.authorityPem().getBytes(StandardCharsets.US_ASCII);
        var ssl = SslOptions.builder()
                .jdkSslProvider()
                .handshakeTimeout(timeout)
                .trustManager(() -> new ByteArrayInputStream(authority));
        target.certificate()
                .ifPresent(presented -> ssl.keyManager(
                        () -> pem(presented.certificatePem()), () -> pem(presented.keyPem()), NO_PASSWORD));
        return ClientOptions.builder()
                // Each check that finds no connection makes one: two that reconnect would disagree.
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_QUEUED_COMMANDS)
                .socketOptions(SocketOptions.builder().connectTimeout(timeout).build())
                .timeoutOptions(TimeoutOptions.enabled(timeout))
                .sslOptions(ssl.build())
                .build();
    }

    private static InputStream pem(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    ServerTarget target() {
        return target;
    }

    /** Takes the passwords and certificates of {@code same}, which is the same server, for the next connection. */
    void use(ServerTarget same) {
        var before = target;
        target = same;
        if (!before.authorityPem().equals(same.authorityPem())
                || !before.certificate().equals(same.certificate())) {
            client.setOptions(options(same, timeout));
        }
    }

    ServerHealth health() {
        return health;
    }

    /**
     * Pings the server, connecting first if need be.
     *
     * @return completes, always normally, with whether {@link #health} changed
     */
    CompletionStage<Boolean> check() {
        if (closed || !checking.compareAndSet(false, true)) {
            return CompletableFuture.completedFuture(false);
        }
        return ping().handle((answering, failure) -> {
            var changed = failure == null ? answered(answering) : failed(failure);
            checking.set(false);
            return changed;
        });
    }

    private CompletionStage<Answering> ping() {
        var open = connection;
        if (open != null && open.isOpen() && health instanceof Answering answering) {
            return answered(open.async()).thenApply(_ -> answering);
        }
        return permits.with(() -> connect(target.passwords())).thenCompose(fresh -> {
            replaceConnection(fresh);
            var commands = fresh.async();
            // Whatever memory the clients use, the operator's connection is not the one to drop.
            return commands.clientNoEvict(true)
                    .thenCompose(_ -> answered(commands))
                    .thenCompose(_ -> identify(commands));
        });
    }

    /** With the first of {@code passwords} that the server accepts. */
    private CompletionStage<StatefulRedisConnection<String, String>> connect(List<Password> passwords) {
        var attempt = client.connectAsync(StringCodec.UTF8, uri(passwords.getFirst()))
                .toCompletableFuture()
                .orTimeout(timeout.multipliedBy(STEPS_OF_CONNECTING + 1).toMillis(), TimeUnit.MILLISECONDS);
        if (passwords.size() == 1) {
            return attempt;
        }
        var others = passwords.subList(1, passwords.size());
        return attempt.exceptionallyCompose(refusal -> Failures.of(refusal) == Failure.LOGIN_REFUSED
                ? connect(others)
                : CompletableFuture.failedFuture(refusal));
    }

    /** A server that cannot write to its volume refuses PING as it does writes: that is an answer, and reads get theirs. */
    private static CompletionStage<String> answered(RedisAsyncCommands<String, String> commands) {
        return commands.ping()
                .exceptionallyCompose(refusal -> Failures.isOfFullVolume(refusal)
                        ? CompletableFuture.completedStage("MISCONF")
                        : CompletableFuture.failedStage(refusal));
    }

    private static CompletionStage<Answering> identify(RedisAsyncCommands<String, String> commands) {
        return commands.info("server").thenApply(ServerInfo::parse).thenApply(ServerInfo::answering);
    }

    private boolean answered(Answering answering) {
        failures.set(0);
        var changed = !answering.equals(health);
        health = answering;
        return changed;
    }

    private boolean failed(Throwable failure) {
        replaceConnection(null);
        var inARow = failures.incrementAndGet();
        var silent = new Silent(Failures.of(failure));
        // One lost ping is not yet news of a server that answered a moment ago.
        if (silent.equals(health) || (health instanceof Answering && inARow < failuresUntilSilent)) {
            return false;
        }
        health = silent;
        LOG.atWarn()
                .addKeyValue("server", target.host())
                .addKeyValue("cause", cause(failure))
                .log("Server does not answer");
        return true;
    }

    /** The innermost cause: what wraps it says nothing that the server's name does not. */
    private static String cause(Throwable failure) {
        return Failures.causes(failure)
                .reduce((_, inner) -> inner)
                .map(Throwable::toString)
                .orElse("");
    }

    private synchronized void replaceConnection(@Nullable StatefulRedisConnection<String, String> fresh) {
        var old = connection;
        if (old != null) {
            var _ = old.closeAsync();
        }
        if (closed && fresh != null) {
            var _ = fresh.closeAsync();
            connection = null;
        } else {
            connection = fresh;
        }
    }

    /** What the operator may ask and tell it, over the connection that there is. */
    ServerCommands commands() {
        var open = connection;
        if (open == null) {
            throw new ServerCommandException(
                    "No connection to " + target.host() + " at the moment", new IllegalStateException());
        }
        return new ServerCommands(open, target.host(), timeout);
    }

    /**
     * Asks all of {@code questions}, and knocks as a stranger.
     *
     * @throws ServerCommandException if it does not answer, or refuses the operator something
     */
    ServerFacts interrogate(Questions questions) {
        return interrogation.facts(questions, commands(), runId());
    }

    /**
     * What would come of a user with {@code rules}: asked once for each start of the server, because another version may answer otherwise.
     *
     * @return the answer, and whether it is new
     */
    Tried tryRules(String rules, List<List<String>> forbidden) {
        var known = tried(rules);
        if (known.isPresent()) {
            return new Tried(known.get(), false);
        }
        var runId = runId();
        var found = interrogation.tryOut(rules, forbidden, commands());
        if (tried.size() >= MAX_TRIED) {
            tried.clear();
        }
        tried.put(rules, new TriedOnce(runId, found));
        return new Tried(found, true);
    }

    /** What came of {@code rules}, if they were tried since the server's last start. */
    Optional<TriedRules> tried(String rules) {
        return Optional.ofNullable(tried.get(rules))
                .filter(once -> once.runId().equals(runId()))
                .map(TriedOnce::found);
    }

    private String runId() {
        return health instanceof Answering answering ? answering.runId() : "";
    }

    /** The serial number of the certificate that a new connection gets. */
    String servedSerial() {
        try {
            return ServedCertificate.serial(target, timeout);
        } catch (IOException e) {
            throw new ServerCommandException("A TLS handshake failed with " + target.host() + ": " + e, e);
        }
    }

    /** Whether it lets in, as far as TLS goes, who presents {@code certificate}. */
    boolean admits(KeyedCertificate certificate) {
        try {
            return Strangers.isAdmitted(target.presenting(Optional.of(certificate)), timeout);
        } catch (IOException e) {
            throw new ServerCommandException("A TLS connection failed to " + target.host() + ": " + e, e);
        }
    }

    /** Ends the connection; completes once it has ended. */
    CompletableFuture<Void> close() {
        closed = true;
        replaceConnection(null);
        return client.shutdownAsync(0, timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Dials the pod's address for its name. The socket address carries both, because the name that the certificate has to
     * have is taken from it.
     */
    private static final class PodAddress extends SocketAddressResolver {
        private final ServerTarget target;

        PodAddress(ServerTarget target) {
            this.target = target;
        }

        @Override
        public SocketAddress resolve(RedisURI uri) {
            return new InetSocketAddress(target.address(), target.port());
        }
    }
}
