package dev.redoubt.operator.server;

import dev.redoubt.operator.certificates.KeyedCertificate;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerHealth.Unknown;
import dev.redoubt.operator.settings.OperatorSettings.Ping;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Transports;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All running servers: one connection each, pinged at an interval, and who wants to know is told when one starts or stops
 * answering. Bounded by the number of pods that the operator made.
 */
public final class RedisServers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisServers.class);
    /** The work is waiting: two threads serve some thousand connections. */
    private static final int IO_THREADS = 2;

    private final Map<ServerId, RedisServer> servers = new ConcurrentHashMap<>();
    private final Ping settings;
    private final MeterRegistry metrics;
    private final ConnectPermits permits = new ConnectPermits();
    private final ClientResources resources;
    private final ScheduledExecutorService timer;

    private volatile Consumer<ServerId> listener = _ -> {};
    private volatile Predicate<ServerId> wanted = _ -> true;

    public RedisServers(Ping settings, MeterRegistry metrics) {
        this.settings = settings;
        this.metrics = metrics;
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(IO_THREADS)
                .computationThreadPoolSize(IO_THREADS)
                // Nobody reads what it would collect for each connection and command.
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .build();
        // Kept until the end: Lettuce ends the event loops with the last client that lets go of them, and does not
        // look whether another takes them just then. That one would never hear what became of its connection.
        resources.eventLoopGroupProvider().allocate(Transports.eventLoopGroupClass());
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("pinger").daemon().factory());
        metrics.gaugeMapSize("redoubt.servers", List.of(), servers);
    }

    /**
     * Starts to ping.
     *
     * @param listener hears of each change of a server's health, on a network thread: it must not block
     * @param wanted whether a server's Redis still exists; one that does not is forgotten
     */
    public void start(Consumer<ServerId> listener, Predicate<ServerId> wanted) {
        this.listener = listener;
        this.wanted = wanted;
        var interval = settings.interval().toMillis();
        var _ = timer.scheduleAtFixedRate(this::checkAll, interval, interval, TimeUnit.MILLISECONDS);
    }

    /** What is known of the server; one that is new, or that did not answer, is tried again at once, in the background. */
    public ServerHealth observe(ServerId id, ServerTarget target) {
        var server = servers.compute(id, (_, known) -> {
            if (known != null && known.target().isSameServer(target)) {
                known.use(target);
                return known;
            }
            if (known != null) {
                var _ = known.close();
            }
            return new RedisServer(target, settings.timeout(), settings.failures(), permits, resources);
        });
        var health = server.health();
        if (!(health instanceof Answering)) {
            check(id, server);
        }
        return health;
    }

    /** What was last known of the server, without a try. */
    public ServerHealth health(ServerId id) {
        var server = servers.get(id);
        return server == null ? new Unknown() : server.health();
    }

    /** Forgets the server: its pod is gone. */
    public void forget(ServerId id) {
        var server = servers.remove(id);
        if (server != null) {
            var _ = server.close();
        }
    }

    /**
     * CONFIG GET on a server.
     *
     * @throws ServerCommandException if it fails or takes longer than the ping timeout
     */
    public Map<String, String> configuration(ServerId id, String... parameters) {
        return known(id).commands().configuration(parameters);
    }

    /**
     * What a server says of its memory and its writes, and its values of {@code parameters}. Does not wait: it completes, exceptionally if
     * there is no answer within the ping timeout.
     *
     * @throws ServerCommandException if there is no connection at the moment
     */
    public CompletionStage<Figures> figures(ServerId id, Set<String> parameters) {
        return known(id).commands().figures(parameters);
    }

    /**
     * CONFIG SET on a server.
     *
     * @throws ServerCommandException if it fails or takes longer than the ping timeout
     */
    public void configure(ServerId id, Map<String, String> values) {
        known(id).commands().configure(values);
    }

    /**
     * The serial number, in lower-case hexadecimal, of the certificate that a server presents to a new connection.
     *
     * @throws ServerCommandException if there is no handshake within twice the ping timeout
     */
    public String servedSerial(ServerId id) {
        return known(id).servedSerial();
    }

    /**
     * Every user that a server has, by name.
     *
     * @throws ServerCommandException if it fails; each answer may take as long as the ping timeout
     */
    public Map<String, UserRights> users(ServerId id) {
        return known(id).commands().users();
    }

    /**
     * One user of a server; empty if it has none of that name.
     *
     * @throws ServerCommandException if it fails or takes longer than the ping timeout
     */
    public Optional<UserRights> user(ServerId id, String name) {
        return known(id).commands().user(name);
    }

    /**
     * What would come of a user of a server with {@code rules}. The server is asked once for each of its starts; whoever listens for its news
     * hears when it was.
     *
     * @param forbidden commands that the user must not be able to run
     * @throws ServerCommandException if it does not answer; each answer may take as long as the ping timeout
     */
    public TriedRules tryRules(ServerId id, String rules, List<List<String>> forbidden) {
        var tried = known(id).tryRules(rules, forbidden);
        if (tried.isNew()) {
            listener.accept(id);
        }
        return tried.found();
    }

    /** What came of {@code rules} when they were tried; empty if they were not since the server's last start. */
    public Optional<TriedRules> tried(ServerId id, String rules) {
        return Optional.ofNullable(servers.get(id)).flatMap(server -> server.tried(rules));
    }

    /**
     * Whether a server lets in, as far as TLS goes, who presents {@code certificate}.
     *
     * @throws ServerCommandException if there is no answer within twice the ping timeout
     */
    public boolean admits(ServerId id, KeyedCertificate certificate) {
        return known(id).admits(certificate);
    }

    /**
     * Gives a user of a server the rights and passwords in {@code rules}, as an ACL file writes them, and no others.
     *
     * @throws ServerCommandException if it fails or takes longer than the ping timeout
     */
    public void setUser(ServerId id, String user, String rules) {
        known(id).commands().setUser(user, rules);
    }

    /**
     * Removes a user of a server, and ends its connections.
     *
     * @throws ServerCommandException if it fails or takes longer than the ping timeout
     */
    public void deleteUser(ServerId id, String user) {
        known(id).commands().deleteUser(user);
    }

    /**
     * Asks a server all of {@code questions}, and knocks at it as a stranger. Changes nothing.
     *
     * @throws ServerCommandException if it does not answer; each answer may take as long as the ping timeout
     */
    public ServerFacts interrogate(ServerId id, Questions questions) {
        return known(id).interrogate(questions);
    }

    /** How an attempt to connect ended. */
    public enum Dialled {
        CONNECTED,
        REFUSED,
        NO_ANSWER
    }

    /**
     * Tries to connect to another port of a server's pod, and says nothing there.
     *
     * @throws ServerCommandException if the server is not known
     */
    public Dialled dial(ServerId id, int port) {
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(known(id).target().address(), port),
                    Math.toIntExact(settings.timeout().toMillis()));
            return Dialled.CONNECTED;
        } catch (ConnectException e) {
            return Dialled.REFUSED;
        } catch (IOException e) {
            return Dialled.NO_ANSWER;
        }
    }

    private RedisServer known(ServerId id) {
        var server = servers.get(id);
        if (server == null) {
            throw new ServerCommandException("No connection to " + id, new IllegalStateException("not observed"));
        }
        return server;
    }

    private void checkAll() {
        try {
            servers.forEach((id, server) -> {
                if (wanted.test(id)) {
                    check(id, server);
                } else {
                    forget(id);
                }
            });
        } catch (RuntimeException e) {
            // An exception would end the schedule, and with it all news of every server.
            LOG.atError().setCause(e).log("Pinging the servers failed; the next round tries again");
        }
    }

    private void check(ServerId id, RedisServer server) {
        var _ = server.check().thenAccept(changed -> {
            var answering = server.health() instanceof Answering;
            metrics.counter("redoubt.pings", "result", answering ? "answered" : "failed")
                    .increment();
            if (changed && servers.get(id) == server) {
                LOG.atInfo()
                        .addKeyValue("server", id)
                        .addKeyValue("health", server.health())
                        .log("Server changed");
                listener.accept(id);
            }
        });
    }

    @Override
    public void close() {
        timer.shutdownNow();
        permits.close();
        // Connections first: the threads that they end on go last.
        var ended = CompletableFuture.allOf(
                servers.values().stream().map(RedisServer::close).toArray(CompletableFuture[]::new));
        ended.completeOnTimeout(null, settings.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(_ -> null)
                .join();
        servers.clear();
        var _ = resources.shutdown(0, settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }
}
