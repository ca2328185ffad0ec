package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.acl.AclFile;
import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.hardening.Auditor;
import dev.redoubt.operator.owned.ContentHash;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.settings.OperatorSettings.Ping;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The second half of a pass, with a real server and a recorded API. */
@RealServer
class RedisConvergenceTest {
    private static final Redis REDIS = redis("{maxMemory: 256Mi}");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Ping PING = new Ping(Duration.ofMillis(200), Duration.ofSeconds(1), 2);

    @TempDir
    private Path directory;

    private FakeApi api;
    private RedisServers servers;
    private LocalRedis server;
    private Auditor auditor;
    private RedisConvergence convergence;

    @BeforeEach
    void start() {
        api = new FakeApi();
        servers = new RedisServers(PING, new SimpleMeterRegistry());
        servers.start(_ -> {}, _ -> true);
        server = LocalRedis.start(directory, RedisFixture.modelOfToday(REDIS));
        var cluster = api.cluster();
        auditor = new Auditor(
                servers, OperatorSettings.DEFAULTS.hardening(), Clock.systemUTC(), new SimpleMeterRegistry());
        convergence = new RedisConvergence(
                new PodChanges(cluster),
                new ServerSync(servers, new ServerUsers(servers, Clock.systemUTC()), cluster.events()),
                new RedisHardening(auditor, servers, cluster.events()));
    }

    @AfterEach
    void stop() {
        auditor.close();
        servers.close();
        server.close();
        api.close();
    }

    @Test
    void withoutAPodItSaysWhereToLook() {
        var outcome = convergence.converge(REDIS, server.model(), RedisFixture.newWorld());

        assertThat(outcome.verdict().reason()).isEqualTo(Reason.Progressing);
        assertThat(outcome.verdict().message()).contains("kubectl -n shop describe statefulset r-redis");
        assertThat(configuration(outcome)).isEqualTo("Unknown NotProbed");
        // No watch tells of a quota that refuses the pod.
        assertThat(outcome.again()).isPresent();
    }

    /** Ready means that the operator itself logged in over TLS and got PONG: not what the kubelet says. */
    @Test
    void itIsReadyOnceTheServerAnsweredTheOperator() {
        assertThat(converge(server.model()).verdict())
                .isEqualTo(Verdict.notReady(
                        Reason.Progressing, "The pod is ready; the operator is connecting to its server."));

        var outcome = awaitReady(server.model());

        assertThat(outcome.verdict())
                .isEqualTo(Verdict.ready("Answers the operator over TLS at r-redis.shop.svc:6379."));
        assertThat(outcome.version())
                .hasValueSatisfying(version -> assertThat(version).matches("\\d+\\.\\d+\\.\\d+"));
        assertThat(api.requests()).isEmpty();
        assertThat(api.events()).isEmpty();
    }

    @Test
    void aFrozenServerIsNotReadyWhateverTheKubeletSays() {
        awaitReady(server.model());

        server.freeze();

        await().atMost(PATIENCE).untilAsserted(() -> {
            var verdict = converge(server.model()).verdict();
            assertThat(verdict.ready()).isFalse();
            assertThat(verdict.reason()).isEqualTo(Reason.ServerUnreachable);
            assertThat(verdict.message()).contains("r-redis-0", "does not answer in time");
            assertThat(configuration(converge(server.model()))).isEqualTo("Unknown NotProbed");
        });
        server.thaw();
        awaitReady(server.model());
    }

    /** The kernel ended it for want of memory, and the kubelet waits ever longer before it starts it again. */
    @Test
    void aPodWhoseServerHasEndedIsReplacedSoThatItHasItsNewResources() {
        var larger = RedisFixture.model(redis("{maxMemory: 512Mi}"), world());
        var pod = withServer(new ContainerStateBuilder()
                .withNewWaiting()
                .withReason("CrashLoopBackOff")
                .endWaiting()
                .build());

        var outcome = convergence.converge(REDIS, larger, worldOf(larger, pod));

        assertThat(outcome.verdict().reason()).isEqualTo(Reason.Restarting);
        assertThat(outcome.verdict().message()).contains("its server has ended", "memory=1447Mi");
        assertThat(api.requests()).extracting(FakeApi.Request::method).contains("DELETE");
    }

    @Test
    void aPodWhoseServerHasEndedIsLeftAloneWhereNothingChanged() {
        var pod = withServer(new ContainerStateBuilder()
                .withNewWaiting()
                .withReason("CrashLoopBackOff")
                .endWaiting()
                .build());

        var outcome = convergence.converge(REDIS, server.model(), worldOf(server.model(), pod));

        assertThat(outcome.verdict().reason()).isEqualTo(Reason.OOMKilled);
        assertThat(api.requests()).isEmpty();
    }

    /** It has ended before, and may be reading its data now. */
    @Test
    void aPodWhoseServerRunsAgainIsNotReplacedForItsResources() {
        var larger = RedisFixture.model(redis("{maxMemory: 512Mi}"), world());
        var pod = withServer(
                new ContainerStateBuilder().withNewRunning().endRunning().build());

        convergence.converge(REDIS, larger, worldOf(larger, pod));

        assertThat(api.requests()).isEmpty();
    }

    /** Ended for want of memory, and not ready since. */
    private Pod withServer(ContainerState state) {
        return new PodBuilder(pod(server.model()))
                .editStatus()
                .withConditions(List.of())
                .editFirstContainerStatus()
                .withReady(false)
                .withState(state)
                .withNewLastState()
                .withNewTerminated()
                .withReason("OOMKilled")
                .withExitCode(137)
                .endTerminated()
                .endLastState()
                .endContainerStatus()
                .endStatus()
                .build();
    }

    @Test
    void anOutdatedPodIsRestartedAndNothingElseIsDone() {
        var changed = RedisFixture.model(redis("{maxMemory: 256Mi, image: 'redoubt.dev/redis:7.0'}"), world());

        var outcome = convergence.converge(REDIS, changed, worldOf(changed, server.model()));

        assertThat(outcome.verdict().reason()).isEqualTo(Reason.Restarting);
        assertThat(outcome.verdict().message()).contains("image redoubt.dev/redis:8.0 is replaced by");
        assertThat(configuration(outcome)).isEqualTo("False Restarting");
        assertThat(api.requests()).extracting(FakeApi.Request::method).containsExactly("DELETE");
    }

    @Test
    void aChangedPolicyIsSetOnceWithoutARestart() throws IOException {
        awaitReady(server.model());
        var changed = RedisFixture.model(redis("{maxMemory: 256Mi, maxMemoryPolicy: noeviction}"), world());

        assertThat(configuration(converge(changed))).isEqualTo("True ConfigurationInForce");
        assertThat(converge(changed).verdict().reason()).isEqualTo(Reason.Available);

        assertThat(setting("maxmemory-policy")).isEqualTo("noeviction");
        assertThat(api.events())
                .containsExactly("ConfigurationApplied: Set without a restart: maxmemory-policy = noeviction.");
        assertThat(api.requests()).isEmpty();
    }

    /** The server is told, and the pod is marked, which brings it the file that its next start reads; nothing restarts. */
    @Test
    void anotherPasswordIsToldToTheRunningServer() throws IOException {
        awaitReady(server.model());
        var others = RedisFixture.passwords();
        others.replace("app", "another");
        var world = world();
        var changed = RedisFixture.model(REDIS, RedisFixture.world(others, world.authority(), world.certificate()));

        assertThat(converge(changed).verdict().ready()).isTrue();

        assertThat(server.connect("app", "another").ask("PING")).isEqualTo("PONG");
        assertThat(writes()).containsExactly("PATCH");
        assertThat(api.requests().getLast().body()).contains("redoubt.dev/acl-hash");
        assertThat(api.events()).isEmpty();

        converge(changed);
        assertThat(writes()).containsExactly("PATCH");
    }

    /** The file was changed while the server started, by a RedisUser say: what it has is older, and nobody has tampered with it. */
    @Test
    void usersThatAreNewerThanANewServerAreToldToIt() throws IOException {
        var others = RedisFixture.passwords();
        others.replace("app", "another");
        var world = world();
        var changed = RedisFixture.model(REDIS, RedisFixture.world(others, world.authority(), world.certificate()));

        await().atMost(PATIENCE).until(() -> convergence
                .converge(REDIS, changed, worldOf(changed, newPod(changed)))
                .verdict()
                .ready());

        assertThat(server.connect("app", "another").ask("PING")).isEqualTo("PONG");
        assertThat(writes()).containsOnly("PATCH");
        assertThat(api.requests().getLast().body()).contains("redoubt.dev/acl-hash");
        assertThat(api.events()).isEmpty();
    }

    /** So that whoever changes them while the operator is away is found out. */
    @Test
    void whatANewServerWasSeenToHaveIsNoted() {
        await().atMost(PATIENCE).until(() -> convergence
                .converge(REDIS, server.model(), worldOf(server.model(), newPod(server.model())))
                .verdict()
                .ready());

        assertThat(writes()).containsOnly("PATCH");
        assertThat(api.requests().getLast().body()).contains("redoubt.dev/acl-hash");
    }

    /** First more for the container, then, once that is in force, more for the data. */
    @Test
    void moreMemoryIsGivenToTheContainerFirst() throws IOException {
        awaitReady(server.model());
        var more = RedisFixture.model(redis("{maxMemory: 512Mi}"), world());

        var waiting = convergence.converge(REDIS, more, worldOf(more, server.model()));

        assertThat(waiting.verdict().ready()).isTrue();
        assertThat(waiting.verdict().reason()).isEqualTo(Reason.ConfigurationPending);
        assertThat(configuration(waiting)).isEqualTo("False ConfigurationPending");
        assertThat(writes()).containsExactly("PATCH");
        assertThat(setting("maxmemory")).isEqualTo("268435456");

        var done = convergence.converge(REDIS, more, worldOf(more, more));

        assertThat(done.verdict().reason()).isEqualTo(Reason.Available);
        assertThat(configuration(done)).isEqualTo("True ConfigurationInForce");
        assertThat(setting("maxmemory")).isEqualTo("536870912");
        assertThat(writes()).containsExactly("PATCH");
    }

    /** First less for the data, then less for the container. */
    @Test
    void lessMemoryIsTakenFromTheDataFirst() throws IOException {
        awaitReady(server.model());
        var less = RedisFixture.model(redis("{maxMemory: 128Mi}"), world());

        var outcome = convergence.converge(REDIS, less, worldOf(less, server.model()));

        assertThat(outcome.verdict().ready()).isTrue();
        assertThat(setting("maxmemory")).isEqualTo("134217728");
        assertThat(writes()).containsExactly("PATCH");
        assertThat(api.events().getFirst()).startsWith("ConfigurationApplied: ");
        assertThat(api.events().getLast()).startsWith("PodResized: ");
    }

    /** Status and reason of what is said of the parameters. */
    private static String configuration(RedisOutcome outcome) {
        return outcome.concerns().stream()
                .filter(concern -> concern.type().equals("ConfigApplied"))
                .map(concern -> concern.status() + " " + concern.reason())
                .collect(Collectors.joining());
    }

    private List<String> writes() {
        return api.requests().stream()
                .map(FakeApi.Request::method)
                .filter(method -> !method.equals("GET"))
                .toList();
    }

    private String setting(String parameter) throws IOException {
        try (var operator = server.connect(AclUser.OPERATOR)) {
            return String.valueOf(((List<?>) operator.send("CONFIG", "GET", parameter)).getLast());
        }
    }

    private RedisOutcome awaitReady(RedisModel model) {
        return await().atMost(PATIENCE)
                .until(() -> converge(model), outcome -> outcome.verdict().ready());
    }

    private RedisOutcome converge(RedisModel model) {
        return convergence.converge(REDIS, model, worldOf(model, model));
    }

    /** With the workload of {@code model}, and a pod that was made from {@code running}. */
    private RedisWorld worldOf(RedisModel model, RedisModel running) {
        return worldOf(model, pod(running));
    }

    private static RedisWorld worldOf(RedisModel model, Pod pod) {
        return new RedisWorld(
                Map.of(),
                Map.of(),
                Map.of(),
                List.of(),
                Map.of(),
                Optional.empty(),
                Optional.of(statefulSet(model)),
                Optional.empty(),
                Optional.of(pod));
    }

    /** What the running server was made with. */
    private RedisWorld world() {
        return RedisFixture.worldAfter(
                RedisObjects.render(server.model()), server.model().names());
    }

    private static Redis redis(String spec) {
        return RedisFixture.redis("r", spec);
    }

    private static StatefulSet statefulSet(RedisModel model) {
        return new StatefulSetBuilder(RedisFixture.statefulSet(RedisObjects.render(model)))
                .editMetadata()
                .withGeneration(1L)
                .endMetadata()
                .withNewStatus()
                .withObservedGeneration(1L)
                .endStatus()
                .build();
    }

    /** A pod that the kubelet calls ready, with the resources of {@code model} in force. */
    private Pod pod(RedisModel model) {
        return new PodBuilder(newPod(model))
                .editMetadata()
                .addToAnnotations(
                        "redoubt.dev/acl-hash",
                        ContentHash.of(AclFile.render(server.model().users())))
                .endMetadata()
                .build();
    }

    /** The same, before the first look at its server. */
    private Pod newPod(RedisModel model) {
        return PodChangesTest.ready(PodChangesTest.pod(statefulSet(model)), server.address(), model);
    }
}
