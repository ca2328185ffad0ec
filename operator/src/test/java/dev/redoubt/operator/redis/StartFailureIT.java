package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.cluster.OnCluster;
import dev.redoubt.operator.cluster.Stage;
import dev.redoubt.operator.cluster.User;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Redis does not start, for each cause that a test can bring about: the condition names it, and what it advises helps. */
@OnCluster
class StartFailureIT {
    private static final Path PAGE = Path.of("../docs/troubleshooting.md");
    /** The pod of the page that mends an append-only file. */
    private static final Pattern MENDING =
            Pattern.compile("(?s)```yaml\\n(apiVersion: v1\\nkind: Pod\\n.*?NAME-mend.*?)```");

    private static final String FILL = "for i = 1, ARGV[1] do redis.call('SET', 'key:' .. string.format('%d', i),"
            + " string.rep('x', 900)) end return redis.status_reply('OK')";

    private static final Duration QUIET = Duration.ofSeconds(5);

    private Stage stage;
    private User user;

    @BeforeEach
    void givenTheOperator() {
        stage = Stage.open("start");
        user = stage.user();
        stage.operator().start();
    }

    @AfterEach
    void leaveNothing() {
        stage.close();
    }

    /** Broken in the middle: the server does not start, which is said once, with the commands that mend it. */
    @Test
    void aBrokenAppendOnlyFileIsSaidAndMendedAsThePageSays() throws IOException {
        user.appliesSmallRedis("broken", "");
        user.seesReady(Redis.class, "broken");
        stage.application("broken").set("before", "kept");
        onTheVolumeOf("broken", "printf 'nonsense\\r\\n' >> $(ls appendonlydir/*.incr.aof)");
        stage.application("broken").set("after", "lost");

        stage.object(Pod.class, "broken-redis-0").delete();

        user.seesNotReady(Redis.class, "broken", Reason.AppendOnlyFileCorrupt);
        user.sees(Redis.class, "broken", "Stalled", "True", Reason.AppendOnlyFileCorrupt, Stage.PATIENCE);
        user.sees(Redis.class, "broken", "StorageReady", "False", Reason.AppendOnlyFileCorrupt, Stage.PATIENCE);
        assertThat(User.condition(user.redis("broken"), "Ready").getMessage())
                .contains("appendonly.aof.1.incr.aof", "redis-check-aof --fix", "data-broken-redis-0");
        // It is started again and again, and nothing new is said of it.
        await().atMost(Stage.PATIENCE).until(() -> restartsOf("broken-redis-0") >= 2);
        stage.operator().restsFor(QUIET);
        assertThat(stage.events("broken")).containsOnlyOnce(EventReason.AppendOnlyFileCorrupt.name());

        user.pauses(Redis.class, "broken");
        stage.world()
                .apps()
                .statefulSets()
                .inNamespace(stage.namespace())
                .withName("broken-redis")
                .scale(0);
        await().atMost(Stage.PATIENCE)
                .until(() -> stage.object(Pod.class, "broken-redis-0").get() == null);
        runs(mendingPod("broken"));
        user.resumes(Redis.class, "broken");

        user.seesReady(Redis.class, "broken");
        assertThat(stage.application("broken").get("before")).isEqualTo("kept");
        assertThat(stage.application("broken").get("after")).isNull();
    }

    /** As the page has it, for this Redis. */
    private Pod mendingPod(String redis) throws IOException {
        var found = MENDING.matcher(Files.readString(PAGE));
        assertThat(found.find()).as("the pod that mends in %s", PAGE).isTrue();
        var yaml = found.group(1)
                .replace("NAMESPACE", stage.namespace())
                .replace("NAME", redis)
                .replace("IMAGE", imageOf(redis));
        return stage.world().getKubernetesSerialization().unmarshal(yaml, Pod.class);
    }

    private String imageOf(String redis) {
        return stage.existing(StatefulSet.class, redis + "-redis")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getImage();
    }

    /** The end of the last write is missing, as after a loss of power: the server cuts it off and starts, and that is told. */
    @Test
    void aTornEndOfTheAppendOnlyFileIsRepairedAndSaid() throws IOException {
        user.appliesSmallRedis("torn", "");
        user.seesReady(Redis.class, "torn");
        user.sees(Redis.class, "torn", "StorageReady", "True", Reason.VolumeBound, Stage.PATIENCE);
        stage.application("torn").set("before", "kept");
        onTheVolumeOf("torn", "printf '*3\\r\\n$3\\r\\nSET\\r\\n$1\\r\\nk' >> $(ls appendonlydir/*.incr.aof)");

        stage.object(Pod.class, "torn-redis-0").delete();

        user.sees(Redis.class, "torn", "StorageReady", "True", Reason.AppendOnlyFileRepaired, Stage.PATIENCE);
        user.seesReady(Redis.class, "torn");
        assertThat(User.condition(user.redis("torn"), "StorageReady").getMessage())
                .contains("appendonly.aof.1.incr.aof", "cut off at byte");
        assertThat(stage.application("torn").get("before")).isEqualTo("kept");
        stage.operator().restsFor(QUIET);
        assertThat(stage.events("torn")).containsOnlyOnce(EventReason.AppendOnlyFileRepaired.name());

        // Another operator reads the same log, and has nothing new to tell.
        stage.operator().stop();
        stage.operator().start();
        stage.operator().restsFor(QUIET);
        user.sees(Redis.class, "torn", "StorageReady", "True", Reason.AppendOnlyFileRepaired, Stage.PATIENCE);
        assertThat(stage.events("torn")).containsOnlyOnce(EventReason.AppendOnlyFileRepaired.name());

        stage.object(Pod.class, "torn-redis-0").delete();

        user.sees(Redis.class, "torn", "StorageReady", "True", Reason.VolumeBound, Stage.PATIENCE);
    }

    @Test
    void filesThatTheServerMayNotReadAreNamed() throws IOException {
        user.appliesSmallRedis("locked", "");
        user.seesReady(Redis.class, "locked");
        stage.application("locked").set("before", "kept");
        onTheVolumeOf("locked", "chmod 000 appendonlydir");

        stage.object(Pod.class, "locked-redis-0").delete();

        user.seesNotReady(Redis.class, "locked", Reason.StorageUnusable);
        user.sees(Redis.class, "locked", "Stalled", "True", Reason.StorageUnusable, Stage.PATIENCE);
        assertThat(User.condition(user.redis("locked"), "Ready").getMessage())
                .contains(
                        "Permission denied", "the owner or the mode of its files", "describe pvc data-locked-redis-0");

        onTheVolumeOf("locked", "chmod 700 appendonlydir");
        user.seesReady(Redis.class, "locked");
        assertThat(stage.application("locked").get("before")).isEqualTo("kept");
    }

    /** Somebody has made the container smaller than the data in it is: it is ended whenever it reads them. */
    @Test
    void aServerThatNeedsMoreMemoryThanItsContainerHasIsNamedAndMoreHelps() {
        user.appliesRedis(
                "starved", "{maxMemory: 64Mi, maxMemoryPolicy: noeviction, resources: {requests: {cpu: 10m}}}");
        user.seesReady(Redis.class, "starved");
        stage.application("starved").run("EVAL", FILL, "0", "50000");

        user.appliesRedis(
                "starved",
                "{maxMemory: 16Mi, maxMemoryPolicy: noeviction, resources: {requests: {cpu: 10m}, limits: {memory: 32Mi}}}");
        await().atMost(Stage.PATIENCE)
                .untilAsserted(() -> assertThat(limitIn(stage.existing(StatefulSet.class, "starved-redis")
                                .getSpec()
                                .getTemplate()
                                .getSpec()))
                        .isEqualTo(new Quantity("32Mi")));
        stage.object(Pod.class, "starved-redis-0").delete();

        user.seesNotReady(Redis.class, "starved", Reason.OOMKilled);
        assertThat(User.condition(user.redis("starved"), "Ready").getMessage())
                .contains(
                        "starved-redis-0",
                        "Raise spec.maxMemory",
                        "kubectl -n " + stage.namespace() + " edit redis starved");

        user.appliesRedis(
                "starved", "{maxMemory: 64Mi, maxMemoryPolicy: noeviction, resources: {requests: {cpu: 10m}}}");
        user.seesReady(Redis.class, "starved");
        assertThat(stage.application("starved").get("key:50000")).hasSize(900);
    }

    private static Quantity limitIn(PodSpec pod) {
        return pod.getContainers().getFirst().getResources().getLimits().get("memory");
    }

    @Test
    void anImageThatIsNotThereOrIsNoneOfAServerIsNamed() {
        user.appliesSmallRedis("absent", "image: 'redoubt.dev/redis:8.0.99999'");
        user.appliesSmallRedis("other", "image: '%s'".formatted(exporterImage()));

        user.seesNotReady(Redis.class, "absent", Reason.ImageUnavailable);
        assertThat(User.condition(user.redis("absent"), "Ready").getMessage()).contains("redoubt.dev/redis:8.0.99999");
        user.seesNotReady(Redis.class, "other", Reason.ImageUnusable);
        assertThat(User.condition(user.redis("other"), "Ready").getMessage()).contains(exporterImage());

        user.appliesSmallRedis("other", "");
        user.seesReady(Redis.class, "other");
    }

    private static String exporterImage() {
        return OperatorSettings.DEFAULTS.images().exporter();
    }

    @Test
    void aQuotaThatRefusesThePodIsNamedUntilItIsRaised() {
        var quota = stage.world().resourceQuotas().inNamespace(stage.namespace());
        quota.resource(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName("small")
                        .endMetadata()
                        .withNewSpec()
                        .withHard(Map.of("limits.memory", new Quantity("10Mi")))
                        .endSpec()
                        .build())
                .create();
        user.appliesSmallRedis("refused", "");

        user.seesNotReady(Redis.class, "refused", Reason.PodRefused);
        assertThat(User.condition(user.redis("refused"), "Ready").getMessage())
                .contains("exceeded quota: small", "limits.memory");
        // It asks again and again, and has nothing new to say.
        var writes = stage.operator().writes();
        var passes = stage.operator().passes();
        await().atMost(Stage.PATIENCE).until(() -> stage.operator().passes() >= passes + 2);
        assertThat(stage.operator().writes()).isEqualTo(writes);

        quota.withName("small").delete();
        user.seesReady(Redis.class, "refused");
    }

    private int restartsOf(String pod) {
        return stage.existing(Pod.class, pod)
                .getStatus()
                .getContainerStatuses()
                .getFirst()
                .getRestartCount();
    }

    /** Somebody on the volume of a Redis, beside its server. */
    private void onTheVolumeOf(String redis, String script) throws IOException {
        var pod = mendingPod(redis);
        pod.getMetadata().setName(redis + "-vandal");
        pod.getSpec().getContainers().getFirst().setCommand(List.of("sh", "-c", script));
        runs(pod);
    }

    private void runs(Pod pod) {
        stage.world().resource(pod).create();
        var name = pod.getMetadata().getName();
        await(name).atMost(Stage.PATIENCE).until(() -> {
            var phase = stage.existing(Pod.class, name).getStatus().getPhase();
            assertThat(phase).isNotEqualTo("Failed");
            return "Succeeded".equals(phase);
        });
        stage.object(Pod.class, name).delete();
        await("the end of " + name)
                .atMost(Stage.PATIENCE)
                .until(() -> stage.object(Pod.class, name).get() == null);
    }
}
