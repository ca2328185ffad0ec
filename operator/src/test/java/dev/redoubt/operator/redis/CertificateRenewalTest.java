package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.certificates.Wish;
import dev.redoubt.operator.hardening.Auditor;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.settings.OperatorSettings.Certificates;
import dev.redoubt.operator.settings.OperatorSettings.Ping;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.api.StatefulRedisConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
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
            Duration.ofSeconds(84), Duration.ofSeconds(24), Duration.ofSeconds(6), Duration.ofSeconds(2));
    private static final Duration LAG = Duration.ofSeconds(1);
    /** A successor is made 30 s after an authority, and signs 6 s later; a certificate is used for 16 s. */
    private static final Duration LOAD = Duration.ofSeconds(85);

    private static final int AUTHORITIES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Ping PING = new Ping(Duration.ofMillis(500), Duration.ofSeconds(3), 2);

    private static final String PYTHON = """
            import os, sys, time, redis
            host, password, end = sys.argv[2], sys.argv[3], time.time() + float(sys.argv[4])
            done, failed = 0, []
            while time.time() < end:
                try:
                    mount = os.path.realpath(sys.argv[1])
                    r = redis.Redis(host=host, port=6379, username="app", password=open(password).read(), ssl=True,
                                    ssl_cert_reqs="required", ssl_check_hostname=False,
                                    ssl_ca_certs=mount + "/ca.crt", ssl_certfile=mount + "/tls.crt", ssl_keyfile=mount + "/tls.key")
                    r.set("python", done)
                    assert int(r.get("python")) == done
                    r.close()
                    done += 1
                except Exception as e:
                    failed.append(repr(e))
                time.sleep(0.05)
            print(done, len(failed), failed[:3])
            """;

    @TempDir
    private Path directory;

    private final Map<String, Map<String, String>> secrets = new TreeMap<>();
    private final AtomicBoolean loading = new AtomicBoolean(true);
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final Set<String> serials = ConcurrentHashMap.newKeySet();
    private final Set<String> authorities = ConcurrentHashMap.newKeySet();
    private final Set<Integer> bundles = ConcurrentHashMap.newKeySet();

    private FakeApi api;
    private RedisServers servers;
    private Auditor auditor;
    private LocalRedis server;
    private RedisConvergence convergence;

    @BeforeEach
    void start() throws IOException {
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
                        new ServerUsers(servers),
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
    }

    @Test
    void nobodyFailsAcrossRenewalsOfCertificatesAndAuthorities() throws Exception {
        var passes = Thread.ofVirtual().start(this::pass);
        var held = connect();
        var load = Thread.ofVirtual().start(this::reconnect);
        var python = python();
        var process = serverProcess();
        for (var end = Instant.now().plus(LOAD); Instant.now().isBefore(end); ) {
            assertThat(held.sync().get("held")).isEqualTo("yes");
            Thread.sleep(200);
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
        if (python != null) {
            assertThat(python.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
            var said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            assertThat(said).matches("[1-9]\\d+ 0 \\[]");
        }
        assumeThat(python)
                .as("no redis-py for python3: that part was left out (pip install redis)")
                .isNotNull();
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
            try (var connection = connect()) {
                connection.sync().set("held", "yes");
                connections.incrementAndGet();
            } catch (RuntimeException | IOException e) {
                failures.add(Instant.now() + " " + causes(e));
            }
        }
    }

    private static String causes(Throwable thrown) {
        return thrown.getCause() == null ? thrown.toString() : thrown + " <- " + causes(thrown.getCause());
    }

    private StatefulRedisConnection<String, String> connect() throws IOException {
        // A real directory: between certificate and key the link may come to point elsewhere.
        var files = mount().toRealPath();
        var client = RedisClient.create();
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
                .withTimeout(Duration.ofSeconds(10))
                .build());
        connection.sync().set("held", "yes");
        return connection;
    }

    private @Nullable Process python() throws Exception {
        var probe = new ProcessBuilder("python3", "-c", "import redis").start();
        if (probe.waitFor() != 0) {
            return null;
        }
        var password = Files.writeString(
                directory.resolve("password"),
                server.model().credentials().of(AclUser.APP).plain());
        var child = new ProcessBuilder(
                        "python3",
                        "-c",
                        PYTHON,
                        mount().toString(),
                        server.address(),
                        password.toString(),
                        Long.toString(LOAD.toSeconds()))
                .redirectErrorStream(true)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(child::destroyForcibly));
        return child;
    }

    private RedisWorld running(RedisModel model) {
        return new RedisWorld(
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(pod(model)));
    }

    /** A pod that the kubelet calls ready, with the resources of {@code model} in force. */
    private Pod pod(RedisModel model) {
        return new PodBuilder(PodChangesTest.pod(RedisFixture.statefulSet(RedisObjects.render(model))))
                .editMetadata()
                .withUid("1e3c1a4e-0000-4000-8000-000000000002")
                .endMetadata()
                .withNewStatus()
                .withPhase("Running")
                .withPodIP(server.address())
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .withContainerStatuses(new ContainerStatusBuilder()
                        .withName("redis")
                        .withReady(true)
                        .withResources(model.resources())
                        .build())
                .endStatus()
                .build();
    }
}
