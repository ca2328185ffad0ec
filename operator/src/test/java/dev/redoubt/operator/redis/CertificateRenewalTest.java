package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.certificates.Wish;
import dev.redoubt.operator.hardening.Auditor;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.settings.OperatorSettings.Certificates;
import dev.redoubt.operator.settings.OperatorSettings.Ping;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Transports;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates and authorities that live for seconds, on a real server, under clients that verify: they make a new connection again and
 * again, with what they have mounted, which is always a second old.
 */
@RealServer
class CertificateRenewalTest {
    private static final Redis REDIS =
            RedisFixture.redis("r", "{maxMemory: 64Mi, tls: {clientCertificates: Required}}");
    private static final Certificates LIVES = new Certificates(
            Duration.ofSeconds(116), Duration.ofSeconds(36), Duration.ofSeconds(12), Duration.ofSeconds(2));
    private static final Duration LAG = Duration.ofSeconds(1);
    /**
     * A successor is made 32 s after the first authority, and signs 12 s later; a certificate is used for 24 s, and good for 12 s more,
     * which is the room that a slow machine has.
     */
    private static final Duration LOAD = Duration.ofSeconds(70);

    private static final int AUTHORITIES = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Ping PING = new Ping(Duration.ofMillis(500), Duration.ofSeconds(10), 2);

    @TempDir
    private Path directory;

    private final Map<String, Map<String, String>> secrets = new TreeMap<>();
    private final AtomicBoolean loading = new AtomicBoolean(true);
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final Set<String> serials = ConcurrentHashMap.newKeySet();
    private final Set<String> authorities = ConcurrentHashMap.newKeySet();
    private final Set<Integer> bundles = ConcurrentHashMap.newKeySet();

    private final ClientResources resources = DefaultClientResources.create();
    private FakeApi api;
    private RedisServers servers;
    private Auditor auditor;
    private LocalRedis server;
    private RedisConvergence convergence;

    @BeforeEach
    void start() throws IOException {
        // Kept until the end: Lettuce takes them from a client that comes just when the last other one goes.
        resources.eventLoopGroupProvider().allocate(Transports.eventLoopGroupClass());
        api = new FakeApi();
        servers = new RedisServers(PING, new SimpleMeterRegistry());
        servers.start(_ -> {}, _ -> true);
        server = LocalRedis.start(directory, decide());
        apply(server.model());
        var cluster = api.cluster();
        auditor = new Auditor(
                servers, OperatorSettings.DEFAULTS.hardening(), Clock.systemUTC(), new SimpleMeterRegistry());
        convergence = new RedisConvergence(
                new PodChanges(cluster),
                new ServerSync(
                        servers,
                        new ServerUsers(servers, Clock.systemUTC()),
                        cluster.events(),
                        directory.resolve("tls").toString()),
                new RedisHardening(auditor, servers, cluster.events()));
        mountForClients();
    }

    @AfterEach
    void stop() {
        loading.set(false);
        auditor.close();
        servers.close();
        server.close();
        api.close();
        resources.shutdown().syncUninterruptibly();
    }

    @Test
    void nobodyFailsAcrossRenewalsOfCertificatesAndAuthorities() throws Exception {
        var passes = Thread.ofVirtual().start(this::pass);
        var load = Thread.ofVirtual().start(this::reconnect);
        var process = serverProcess();
        try (var held = connect()) {
            held.connection().sync().set("held", "yes");
            for (var end = Instant.now().plus(LOAD); Instant.now().isBefore(end); ) {
                assertThat(held.connection().sync().get("held")).isEqualTo("yes");
                Thread.sleep(200);
            }
        }
        loading.set(false);
        load.join();
        passes.join();
        assertThat(failures).isEmpty();
        assertThat(connections.get()).isGreaterThan(100);
        assertThat(authorities).hasSizeGreaterThanOrEqualTo(AUTHORITIES);
        // More than one for each authority, each seen on the wire.
        assertThat(serials).hasSizeGreaterThan(AUTHORITIES);
        assertThat(bundles).contains(1, 2);
        assertThat(serverProcess()).isEqualTo(process);
        assertThat(api.events())
                .filteredOn(event -> event.startsWith("CertificateRenewed"))
                .hasSizeGreaterThanOrEqualTo(AUTHORITIES);
    }

    /** What the operator and the kubelet do, until the load ends. */
    private void pass() {
        var mounted = Instant.now();
        while (loading.get()) {
            try {
                var model = decide();
                apply(model);
                server.mountCertificates(model);
                convergence.converge(REDIS, model, running(model));
                servedSerial(model).ifPresent(serials::add);
                authorities.add(model.identity().authority().current().serial());
                bundles.add(model.identity().authority().trust().anchors().size());
                if (Duration.between(mounted, Instant.now()).compareTo(LAG) > 0) {
                    mounted = Instant.now();
                    mountForClients();
                }
                Thread.sleep(200);
            } catch (IOException | InterruptedException | RuntimeException e) {
                failures.add("pass: " + causes(e));
            }
        }
    }

    private Optional<String> servedSerial(RedisModel model) {
        try {
            return Optional.of(servers.servedSerial(model.serverId()));
        } catch (RuntimeException e) {
            // Before the first connection the server is not known.
            return Optional.empty();
        }
    }

    private String serverProcess() {
        try (var connection = server.connect(AclUser.OPERATOR)) {
            return connection
                    .ask("INFO", "server")
                    .lines()
                    .filter(line -> line.startsWith("run_id"))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private RedisModel decide() {
        var names = RedisFixture.names(REDIS);
        var published = List.of(names.tlsSecret(), names.bindingSecret(), names.serviceBindingSecret()).stream()
                .map(name -> secrets.getOrDefault(name, Map.of()).getOrDefault("ca.crt", ""))
                .toList();
        var world = new RedisWorld(
                RedisFixture.passwords(),
                secrets.getOrDefault(names.authoritySecret(), Map.of()),
                secrets.getOrDefault(names.tlsSecret(), Map.of()),
                published,
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return RedisFixture.resolved(RedisFixture.resolve(REDIS, world, Clock.systemUTC(), new Wish.Own(), LIVES));
    }

    private void apply(RedisModel model) {
        var names = model.names();
        var objects = RedisObjects.render(model);
        for (var name : Set.of(
                names.authoritySecret(), names.tlsSecret(), names.bindingSecret(), names.serviceBindingSecret())) {
            secrets.put(name, RedisFixture.content(objects, name));
        }
    }

    /** Files by renaming, so that nobody reads half of one; certificate and key of a client by one link, as the kubelet does. */
    private void mountForClients() throws IOException {
        var binding = secrets.getOrDefault(RedisFixture.names(REDIS).bindingSecret(), Map.of());
        var version = Files.createTempDirectory(directory, "binding-");
        for (var file : List.of("ca.crt", "tls.crt", "tls.key")) {
            Files.writeString(version.resolve(file), binding.get(file));
        }
        var link = directory.resolve("link");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, version);
        Files.move(link, mount(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path mount() {
        return directory.resolve("binding");
    }

    private void reconnect() {
        while (loading.get()) {
            try (var client = connect()) {
                client.connection().sync().set("made anew", "yes");
                connections.incrementAndGet();
                Thread.sleep(20);
            } catch (RuntimeException | IOException | InterruptedException e) {
                failures.add(Instant.now() + " " + causes(e));
            }
        }
    }

    private static String causes(Throwable thrown) {
        return thrown.getCause() == null ? thrown.toString() : thrown + " <- " + causes(thrown.getCause());
    }

    private record Client(RedisClient client, StatefulRedisConnection<String, String> connection)
            implements AutoCloseable {
        @Override
        public void close() {
            connection.close();
            client.shutdown(Duration.ZERO, PATIENCE);
        }
    }

    /** A client that has read its files just now, as one does that starts. */
    private Client connect() throws IOException {
        // A real directory: between certificate and key the link may come to point elsewhere.
        var files = mount().toRealPath();
        var client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .sslOptions(SslOptions.builder()
                        .jdkSslProvider()
                        .trustManager(files.resolve("ca.crt").toFile())
                        .keyManager(
                                files.resolve("tls.crt").toFile(),
                                files.resolve("tls.key").toFile(),
                                new char[0])
                        .build())
                .build());
        var connection = client.connect(RedisURI.builder()
                .withHost(server.address())
                .withPort(RedisNames.PORT)
                .withSsl(true)
                .withVerifyPeer(SslVerifyMode.CA)
                .withAuthentication(
                        "app",
                        server.model().credentials().of(AclUser.APP).plain().toCharArray())
                .withTimeout(PATIENCE)
                .build());
        return new Client(client, connection);
    }

    private RedisWorld running(RedisModel model) {
        return new RedisWorld(
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(pod(model)));
    }

    /** A pod that the kubelet calls ready, with the resources of {@code model} in force. */
    private Pod pod(RedisModel model) {
        var pod = new PodBuilder(PodChangesTest.pod(RedisFixture.statefulSet(RedisObjects.render(model))))
                .editMetadata()
                .withUid("1e3c1a4e-0000-4000-8000-000000000002")
                .endMetadata()
                .build();
        return PodChangesTest.ready(pod, server.address(), model);
    }
}
