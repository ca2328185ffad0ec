package dev.redoubt.operator.redis;

import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.owned.ContentHash;
import dev.redoubt.operator.owned.MountedSecret;
import dev.redoubt.operator.owned.PodHardening;
import dev.redoubt.operator.owned.PodPlacement;
import dev.redoubt.operator.redisconf.RedisConf;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The StatefulSet of a Redis. Its pods restart only when the operator deletes them ({@code OnDelete}), and nothing that a running
 * server takes over by itself (memory, persistence, resources) is part of what decides about that.
 */
public final class RedisStatefulSet {
    /** Name of the server's container. */
    public static final String CONTAINER = "redis";
    /** Annotation of a pod: hash of everything in its template that takes a restart to change. */
    public static final String TEMPLATE_HASH = "redoubt.dev/template-hash";

    static final String PORT_NAME = "redis";
    static final int REPLICAS = 1;

    private static final String DATA_VOLUME = "data";
    private static final String CONFIG_HASH = "redoubt.dev/config-hash";
    /**
     * Seconds between SIGTERM and SIGKILL. Redis ends as soon as its append-only file is synced; only without one, and with
     * snapshots, does it save everything first, at 100 MB/s or more.
     */
    private static final long TERMINATION_GRACE = 120;

    private RedisStatefulSet() {}

    static HasMetadata render(RedisModel model) {
        return new StatefulSetBuilder()
                .withMetadata(model.owner().metadata(model.names().base()))
                .withNewSpec()
                .withReplicas(REPLICAS)
                .withServiceName(model.names().headlessService())
                // Pods do not wait for each other: after the loss of all of them none would come back.
                .withPodManagementPolicy("Parallel")
                .withNewUpdateStrategy()
                .withType("OnDelete")
                .endUpdateStrategy()
                .withNewPersistentVolumeClaimRetentionPolicy()
                .withWhenDeleted(model.storage().keep() ? "Retain" : "Delete")
                .withWhenScaled("Retain")
                .endPersistentVolumeClaimRetentionPolicy()
                .withNewSelector()
                .withMatchLabels(model.owner().selector())
                .endSelector()
                .withTemplate(template(model))
                .withVolumeClaimTemplates(claim(model))
                .endSpec()
                .build();
    }

    /** The pod template, with the hash that says whether a pod was made from an equal one. */
    static PodTemplateSpec template(RedisModel model) {
        var template = unhashedTemplate(model);
        var restartOnly = new PodTemplateSpecBuilder(template)
                .editSpec()
                .editFirstContainer()
                .withResources(namesOnly(model.resources()))
                .endContainer()
                .endSpec()
                .build();
        return new PodTemplateSpecBuilder(template)
                .editMetadata()
                .addToAnnotations(TEMPLATE_HASH, ContentHash.of(Serialization.asJson(restartOnly)))
                .endMetadata()
                .build();
    }

    /** Amounts change on the running pod; a limit that comes or goes takes a new one. */
    private static ResourceRequirements namesOnly(ResourceRequirements resources) {
        return new ResourceRequirementsBuilder()
                .withLimits(zeroed(resources.getLimits()))
                .withRequests(zeroed(resources.getRequests()))
                .build();
    }

    private static Map<String, Quantity> zeroed(@Nullable Map<String, Quantity> amounts) {
        var zeroed = new TreeMap<String, Quantity>();
        if (amounts != null) {
            amounts.keySet().forEach(name -> zeroed.put(name, new Quantity("0")));
        }
        return zeroed;
    }

    private static PodTemplateSpec unhashedTemplate(RedisModel model) {
        var pod = new PodSpecBuilder()
                .withServiceAccountName(model.names().base())
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withTerminationGracePeriodSeconds(TERMINATION_GRACE)
                .withSecurityContext(PodHardening.pod(ServerProgram.UID))
                .withContainers(container(model))
                .withVolumes(volumes(model));
        PodPlacement.add(model.scheduling(), pod);
        return new PodTemplateSpecBuilder()
                .withMetadata(new ObjectMetaBuilder()
                        .withLabels(model.owner().labels())
                        .addToAnnotations(CONFIG_HASH, ContentHash.of(RedisConf.restartOnly()))
                        .build())
                .withSpec(pod.build())
                .build();
    }

    private static Container container(RedisModel model) {
        return new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(model.image())
                .withImagePullPolicy("IfNotPresent")
                // Not the image's entry point: it would change owners and read the environment.
                .withCommand(model.program().server(), RedisConf.CONFIG_DIR + "/" + RedisConf.CONFIG_FILE)
                .addNewPort()
                .withName(PORT_NAME)
                .withContainerPort(RedisNames.PORT)
                .withProtocol("TCP")
                .endPort()
                .withResources(model.resources())
                // The end of the log becomes part of the pod's status, which tells why a server does not start.
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withSecurityContext(PodHardening.container())
                .withStartupProbe(startup(model))
                .withLivenessProbe(liveness(model))
                .withReadinessProbe(readiness(model))
                .addNewVolumeMount()
                .withName(DATA_VOLUME)
                .withMountPath(RedisConf.DATA_DIR)
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("config")
                .withMountPath(RedisConf.CONFIG_DIR)
                .withReadOnly(true)
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("acl")
                .withMountPath(RedisConf.ACL_DIR)
                .withReadOnly(true)
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("tls")
                .withMountPath(RedisConf.TLS_DIR)
                .withReadOnly(true)
                .endVolumeMount()
                .build();
    }

    /** Any answer will do, LOADING too: a server that loads its data is alive and must not be killed for it. */
    private static Probe liveness(RedisModel model) {
        return new ProbeBuilder()
                .withNewExec()
                .withCommand(ping(model, false))
                .endExec()
                .withPeriodSeconds(10)
                .withTimeoutSeconds(5)
                .withFailureThreshold(3)
                .build();
    }

    /** Every second until the first answer, so that a start is seen at once; ten minutes for a slow volume. */
    private static Probe startup(RedisModel model) {
        return new ProbeBuilder()
                .withNewExec()
                .withCommand(ping(model, false))
                .endExec()
                .withPeriodSeconds(1)
                .withTimeoutSeconds(5)
                .withFailureThreshold(600)
                .build();
    }

    /**
     * No error will do: clients are sent to a server that has loaded its data. ECHO, because a server that cannot write to its volume, and
     * so refuses writes, refuses PING with them, and goes on answering reads.
     */
    private static Probe readiness(RedisModel model) {
        return new ProbeBuilder()
                .withNewExec()
                .withCommand(ping(model, true))
                .endExec()
                .withPeriodSeconds(5)
                .withTimeoutSeconds(3)
                .withFailureThreshold(2)
                .build();
    }

    /** @param answerMatters whether an error reply fails the probe; a missing reply always does */
    private static List<String> ping(RedisModel model, boolean answerMatters) {
        var probe = AclUser.PROBE.userName();
        var command = new ArrayList<>(List.of(
                model.program().cli(),
                "-p",
                Integer.toString(RedisNames.PORT),
                "--tls",
                "--cacert",
                RedisConf.TLS_DIR + "/ca.crt",
                "--user",
                probe,
                // No secret: this user has no password, but the program logs in only when it is given one.
                "--pass",
                probe,
                "--no-auth-warning"));
        if (!model.identity().clients().isEmpty()) {
            command.addAll(List.of(
                    "--cert", RedisConf.TLS_DIR + "/" + RedisConf.PROBE_CERTIFICATE,
                    "--key", RedisConf.TLS_DIR + "/" + RedisConf.PROBE_KEY));
        }
        command.addAll(answerMatters ? List.of("-e", "ECHO", "ready") : List.of("PING"));
        return command;
    }

    private static List<Volume> volumes(RedisModel model) {
        return List.of(
                new VolumeBuilder()
                        .withName("config")
                        .withNewConfigMap()
                        .withName(model.names().configMap())
                        .endConfigMap()
                        .build(),
                MountedSecret.volume("acl", model.names().aclSecret()),
                MountedSecret.volume("tls", model.names().tlsSecret()));
    }

    private static PersistentVolumeClaim claim(RedisModel model) {
        var storage = model.storage();
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(DATA_VOLUME)
                .withLabels(model.owner().labels())
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(storage.storageClassName())
                .withNewResources()
                .withRequests(Map.of("storage", storage.size()))
                .endResources()
                .endSpec()
                .build();
    }
}
