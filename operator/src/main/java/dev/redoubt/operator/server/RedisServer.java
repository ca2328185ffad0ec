package dev.redoubt.operator.server;

import dev.redoubt.operator.server.Questions.Trial;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerHealth.Silent;
import dev.redoubt.operator.server.ServerHealth.Unknown;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.SocketAddressResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    /** Off, without a password, and there for a moment only. */
    private static final String REFERENCE_USER = "redoubt-reference";

    /** Nobody's: it is asked for to be refused. */
    private static final String FORBIDDEN_KEY = "redoubt:probe";

    private final ServerTarget target;
    private final Duration timeout;
    private final int failuresUntilSilent;
    private final RedisClient client;
    private final RedisURI uri;
    private final AtomicBoolean checking = new AtomicBoolean();
    private final AtomicInteger failures = new AtomicInteger();

    private volatile @Nullable StatefulRedisConnection<String, String> connection;
    private volatile ServerHealth health = new Unknown();
    private volatile @Nullable References references;
    private volatile boolean closed;

    RedisServer(ServerTarget target, Duration timeout, int failuresUntilSilent, ClientResources resources) {
        this.target = target;
        this.timeout = timeout;
        this.failuresUntilSilent = failuresUntilSilent;
        this.client = RedisClient.create(
                resources.mutate().socketAddressResolver(new PodAddress(target)).build());
        this.client.setOptions(options(target, timeout));
        this.uri = RedisURI.builder()
                .withHost(target.host())
                .withPort(target.port())
                .withSsl(true)
                .withVerifyPeer(SslVerifyMode.FULL)
                .withAuthentication(target.user(), target.password().plain().toCharArray())
                .withClientName("redoubt-operator")
                .withTimeout(timeout)
                .build();
    }

    private static ClientOptions options(ServerTarget target, Duration timeout) {
        var authority = target.authorityPem().getBytes(StandardCharsets.US_ASCII);
        return ClientOptions.builder()
                // Each check that finds no connection makes one: two that reconnect would disagree.
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_QUEUED_COMMANDS)
                .socketOptions(SocketOptions.builder().connectTimeout(timeout).build())
                .timeoutOptions(TimeoutOptions.enabled(timeout))
                .sslOptions(SslOptions.builder()
                        .jdkSslProvider()
                        .handshakeTimeout(timeout)
                        .trustManager(() -> new ByteArrayInputStream(authority))
                        .build())
                .build();
    }

    ServerTarget target() {
        return target;
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
            return open.async().ping().thenApply(_ -> answering);
        }
        return client.connectAsync(StringCodec.UTF8, uri).thenCompose(fresh -> {
            replaceConnection(fresh);
            var commands = fresh.async();
            // Whatever memory the clients use, the operator's connection is not the one to drop.
            return commands.clientNoEvict(true)
                    .thenCompose(_ -> commands.ping())
                    .thenCompose(_ -> identify(commands));
        });
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

    /** CONFIG GET of {@code parameters}; one that the server does not know is left out. */
    Map<String, String> configuration(String... parameters) {
        return await("CONFIG GET", commands().configGet(parameters));
    }

    /** INFO memory, stats and keyspace together; does not wait. */
    CompletionStage<Map<String, String>> figures() {
        var commands = commands();
        return Stream.of("memory", "stats", "keyspace")
                .<CompletionStage<String>>map(commands::info)
                .reduce((before, next) -> before.thenCombine(next, (text, more) -> text + "\n" + more))
                .orElseThrow()
                .thenApply(text -> ServerInfo.parse(text).values());
    }

    /** CONFIG SET of all of {@code values}: all or none take effect. */
    void configure(Map<String, String> values) {
        await("CONFIG SET of " + String.join(", ", values.keySet()), commands().configSet(values));
    }

    /** ACL SETUSER: {@code rules} as an ACL file writes them, in place of all that the user had; in one step. */
    void setUser(String user, String rules) {
        var arguments =
                new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add(user).add("reset");
        Stream.of(rules.split(" ")).forEach(arguments::add);
        await(
                "ACL SETUSER " + user,
                commands().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), arguments));
    }

    /** ACL DELUSER. */
    void deleteUser(String user) {
        await("ACL DELUSER " + user, commands().aclDeluser(user));
    }

    /**
     * Asks all of {@code questions}, and knocks as a stranger.
     *
     * @throws ServerCommandException if it does not answer, or refuses the operator something
     */
    ServerFacts interrogate(Questions questions) {
        var commands = commands();
        var version = ServerInfo.parse(await("INFO", commands.info("server")))
                .answering()
                .version();
        var parameters = configuration(questions.parameters().toArray(String[]::new));
        var persistence =
                ServerInfo.parse(await("INFO", commands.info("persistence"))).values();
        var users = new TreeMap<String, UserRights>();
        for (var user : await("ACL USERS", commands.aclUsers())) {
            users.put(user, UserRights.parse(await("ACL GETUSER", commands.aclGetuser(user))));
        }
        var references = references(questions.rules());
        var allowed = allowed(commands, questions.trials());
        // The operator touches no data, so that this is refused is a proof that rights are enforced at all.
        var denial = answerOrRefusal("GET", commands.get(FORBIDDEN_KEY));
        return new ServerFacts(version, parameters, users, references, allowed, denial, persistence, stranger());
    }

    /**
     * Has the server write down rights as it writes them, by giving them for a moment to a user that cannot log in. Once for each start of
     * the server: the answer does not change.
     */
    private Map<String, UserRights> references(Map<String, String> rules) {
        var runId = health instanceof Answering answering ? answering.runId() : "";
        var known = references;
        if (known != null && known.runId().equals(runId) && known.rules().equals(rules)) {
            return known.rights();
        }
        var rights = new TreeMap<String, UserRights>();
        try {
            rules.forEach((user, text) -> {
                setUser(REFERENCE_USER, text);
                rights.put(
                        user, UserRights.parse(await("ACL GETUSER", commands().aclGetuser(REFERENCE_USER))));
            });
        } finally {
            deleteUser(REFERENCE_USER);
        }
        references = new References(runId, rules, rights);
        return rights;
    }

    private record References(String runId, Map<String, String> rules, Map<String, UserRights> rights) {}

    /**
     * Those that the server would let through. All are asked before the first answer is waited for: one after the other they would cost as
     * many wake-ups as there are. A command that this version does not know, or a user that it does not have, is not allowed.
     */
    private Set<Trial> allowed(RedisAsyncCommands<String, String> commands, List<Trial> trials) {
        var answers = new LinkedHashMap<Trial, CompletionStage<String>>();
        for (var trial : trials) {
            var words = trial.command();
            var arguments = words.subList(1, words.size()).toArray(String[]::new);
            answers.put(trial, commands.aclDryRun(trial.user(), words.getFirst(), arguments));
        }
        return answers.entrySet().stream()
                .filter(asked -> answerOrRefusal("ACL DRYRUN", asked.getValue()).equals("OK"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private String answerOrRefusal(String command, CompletionStage<String> answer) {
        return await(command, answer.handle((text, refusal) -> {
            if (refusal == null) {
                return String.valueOf(text);
            }
            return Failures.causes(refusal)
                    .filter(RedisCommandExecutionException.class::isInstance)
                    .findFirst()
                    .map(said -> String.valueOf(said.getMessage()))
                    .orElseThrow(() -> new CompletionException(refusal));
        }));
    }

    private StrangerFacts stranger() {
        try {
            return Strangers.meet(target, timeout);
        } catch (IOException e) {
            throw new ServerCommandException(
                    "A connection without a password to " + target.host() + " failed: " + e, e);
        }
    }

    /** The serial number of the certificate that a new connection gets. */
    String servedSerial() {
        try {
            return ServedCertificate.serial(target, timeout);
        } catch (IOException e) {
            throw new ServerCommandException("A TLS handshake failed with " + target.host() + ": " + e, e);
        }
    }

    private RedisAsyncCommands<String, String> commands() {
        var open = connection;
        if (open == null) {
            throw new ServerCommandException(
                    "No connection to " + target.host() + " at the moment", new IllegalStateException());
        }
        return open.async();
    }

    private <T> T await(String command, CompletionStage<T> answer) {
        try {
            return answer.toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new ServerCommandException(command + " failed on " + target.host() + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new ServerCommandException(
                    command + " was not answered by " + target.host() + " within " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerCommandException(command + " on " + target.host() + " was interrupted", e);
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
