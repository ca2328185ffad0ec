package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.cluster.OnCluster;
import dev.redoubt.operator.cluster.Stage;
import dev.redoubt.operator.cluster.User;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lettuce.core.RedisCommandExecutionException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The volume of a Redis is full, when it starts and while it serves: the condition names it, and room helps. A directory of the node has no
 * end, so the volume is memory of a bounded size, which another pod holds.
 */
@OnCluster
class FullVolumeIT {
    private static final Path MOUNTS = Path.of("/proc/mounts");
    private static final String HOLDER = "holder";
    private static final String FILL = "head -c 16777216 /dev/zero >/volume/ballast";
    private static final String MAKE_ROOM = "rm /volume/ballast";
    private static final String VALUE = "x".repeat(100_000);

    private Stage stage;
    private User user;

    @BeforeEach
    void givenTheOperatorAndAFullVolume() {
        stage = Stage.open("full");
        user = stage.user();
        stage.world().resource(holder()).create();
        await(HOLDER).atMost(Stage.PATIENCE).until(() -> "Running"
                .equals(stage.existing(Pod.class, HOLDER).getStatus().getPhase()));
        var path = pathOnNode();
        assumeThat(path)
                .as("the holder's volume, among the mounts of this machine")
                .isPresent();
        stage.world()
                .resource(new PersistentVolumeBuilder()
                        .withNewMetadata()
                        .withName(stage.namespace())
                        .endMetadata()
                        .withNewSpec()
                        .withCapacity(Map.of("storage", new Quantity("1Gi")))
                        .withAccessModes("ReadWriteOnce")
                        .withPersistentVolumeReclaimPolicy("Retain")
                        .withStorageClassName(stage.namespace())
                        .withNewHostPath()
                        .withPath(path.get())
                        .endHostPath()
                        .endSpec()
                        .build())
                .create();
        stage.operator().start();
    }

    @AfterEach
    void leaveNothing() {
        stage.world().persistentVolumes().withName(stage.namespace()).delete();
        stage.close();
    }

    @Test
    void aFullVolumeIsNamedWhenTheServerStartsAndWhileItServes() throws Exception {
        inHolder(FILL);
        user.appliesSmallRedis(
                "full",
                "persistence: {storage: {size: 1Gi, storageClassName: %s, retention: Delete}}"
                        .formatted(stage.namespace()));

        user.seesNotReady(Redis.class, "full", Reason.StorageFull);
        user.sees(Redis.class, "full", "Stalled", "True", Reason.StorageFull, Stage.PATIENCE);
        assertThat(User.condition(user.redis("full"), "Ready").getMessage())
                .contains("No space left on device", "spec.persistence.storage.size", "edit redis full");

        inHolder(MAKE_ROOM);
        user.seesReady(Redis.class, "full");
        user.sees(Redis.class, "full", "StorageReady", "True", Reason.VolumeBound, Stage.PATIENCE);
        var application = stage.application("full");
        application.set("key", "before");

        inHolder(FILL);
        await("the words of the server").atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(
                        answerTo(() -> application.set("large", VALUE)))
                .startsWith("MISCONF"));
        user.sees(Redis.class, "full", "StorageReady", "False", Reason.WritesFail, Stage.PATIENCE);
        assertThat(User.condition(user.redis("full"), "StorageReady").getMessage())
                .contains("Most often the volume is full", "patch redis full --type merge", "logs full-redis-0");
        assertThat(application.get("key")).isEqualTo("before");
        user.seesReady(Redis.class, "full");

        inHolder(MAKE_ROOM);
        user.sees(Redis.class, "full", "StorageReady", "True", Reason.VolumeBound, Stage.PATIENCE);
        application.set("key", "after");
    }

    private static String answerTo(Runnable command) {
        try {
            command.run();
            return "OK";
        } catch (RedisCommandExecutionException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private Pod holder() {
        return stage.world()
                .getKubernetesSerialization()
                .unmarshal(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: %s, namespace: %s}
                        spec:
                          automountServiceAccountToken: false
                          terminationGracePeriodSeconds: 0
                          securityContext: {runAsNonRoot: true, runAsUser: 999, runAsGroup: 999, fsGroup: 999, seccompProfile: {type: RuntimeDefault}}
                          containers:
                          - name: holder
                            image: %s
                            command: [sleep, "3600"]
                            resources: {requests: {cpu: 10m}, limits: {memory: 64Mi}}
                            securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
                            volumeMounts: [{name: volume, mountPath: /volume}]
                          volumes: [{name: volume, emptyDir: {medium: Memory, sizeLimit: 12Mi}}]
                        """.formatted(
                                        HOLDER,
                                        stage.namespace(),
                                        OperatorSettings.DEFAULTS.images().redis()),
                        Pod.class);
    }

    /** Where the kubelet keeps the holder's volume; empty where the test does not run on the node. */
    private Optional<String> pathOnNode() {
        var uid = stage.existing(Pod.class, HOLDER).getMetadata().getUid();
        try (var mounts = Files.lines(MOUNTS)) {
            return mounts.map(line -> line.split(" ", 3)[1])
                    .filter(path -> path.contains(uid) && path.endsWith("/kubernetes.io~empty-dir/volume"))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void inHolder(String script) throws Exception {
        try (var exec = stage.world()
                .pods()
                .inNamespace(stage.namespace())
                .withName(HOLDER)
                .writingOutput(new ByteArrayOutputStream())
                .writingError(new ByteArrayOutputStream())
                .exec("sh", "-c", script)) {
            // To fill it ends with an error, of course.
            var _ = exec.exitCode().get(30, TimeUnit.SECONDS);
        }
    }
}
