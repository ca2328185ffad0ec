package dev.redoubt.operator.cacheservice;

import dev.redoubt.operator.owned.ContentHash;
import dev.redoubt.operator.owned.MountedSecret;
import dev.redoubt.operator.owned.PodHardening;
import dev.redoubt.operator.owned.PodPlacement;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.ArrayList;
import java.util.List;

/** The Deployment of a CacheService: a new replica is ready before an old one goes. */
final class CacheServiceDeployment {
    static final String CONTAINER = "cache-service";

    /** User, group and volume group of the process; the image's own. */
    private static final long UID = 65532;
    /** Seconds between SIGTERM and SIGKILL: the service takes up to 15 to let requests finish. */
    private static final long TERMINATION_GRACE = 30;
    /** What the Java runtime writes there: a file of counters. */
    private static final Quantity TMP_SIZE = new Quantity("64Mi");

    private CacheServiceDeployment() {}

    static HasMetadata render(CacheServiceModel model) {
        return new DeploymentBuilder()
                .withMetadata(model.owner().metadata(model.names().base()))
                .withNewSpec()
                .withReplicas(model.replicas())
                .withNewStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withMaxUnavailable(new IntOrString(0))
                .withMaxSurge(new IntOrString(1))
                .endRollingUpdate()
                .endStrategy()
                .withNewSelector()
                .withMatchLabels(model.owner().selector())
                .endSelector()
                .withNewTemplate()
                .withMetadata(metadata(model))
                .withSpec(pod(model))
                .endTemplate()
                .endSpec()
                .build();
    }

    /** What the service takes over while it runs is not here; a change of the rest is a rolling update. */
    private static ObjectMeta metadata(CacheServiceModel model) {
        var annotations = new ObjectMetaBuilder()
                .withLabels(model.owner().labels())
                .addToAnnotations("redoubt.dev/config-hash", ContentHash.of(ServiceYaml.renderFixed(model)))
                .addToAnnotations("redoubt.dev/redis-hash", model.redis().hash());
        model.state().ifPresent(state -> annotations.addToAnnotations("redoubt.dev/state-hash", state.hash()));
        return annotations.build();
    }

    private static PodSpec pod(CacheServiceModel model) {
        var pod = new PodSpecBuilder()
                .withServiceAccountName(model.names().base())
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withTerminationGracePeriodSeconds(TERMINATION_GRACE)
                .withSecurityContext(PodHardening.pod(UID))
                .withContainers(container(model))
                .withVolumes(volumes(model));
        PodPlacement.add(model.scheduling(), pod);
        if (model.scheduling().topologySpreadConstraints().isEmpty()) {
            // One node's loss should not take all replicas; where there is but one node, it still takes them.
            pod.addNewTopologySpreadConstraint()
                    .withMaxSkew(1)
                    .withTopologyKey("kubernetes.io/hostname")
                    .withWhenUnsatisfiable("ScheduleAnyway")
                    .withNewLabelSelector()
                    .withMatchLabels(model.owner().selector())
                    .endLabelSelector()
                    .endTopologySpreadConstraint();
        }
        return pod.build();
    }

    private static Container container(CacheServiceModel model) {
        return new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(model.image())
                .withImagePullPolicy("IfNotPresent")
                .addNewPort()
                .withName("https")
                .withContainerPort(ServiceYaml.HTTPS_PORT)
                .withProtocol("TCP")
                .endPort()
                .addNewPort()
                .withName("management")
                .withContainerPort(ServiceYaml.MANAGEMENT_PORT)
                .withProtocol("TCP")
                .endPort()
                .withResources(model.resources())
                .withSecurityContext(PodHardening.container())
                .withStartupProbe(probe("/livez", 1, 120))
                .withLivenessProbe(probe("/livez", 10, 3))
                .withReadinessProbe(probe("/readyz", 2, 2))
                .withVolumeMounts(mounts(model))
                .build();
    }

    private static Probe probe(String path, int period, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withPort(new IntOrString("management"))
                .withScheme("HTTP")
                .endHttpGet()
                .withPeriodSeconds(period)
                .withTimeoutSeconds(3)
                .withFailureThreshold(failures)
                .build();
    }

    private static List<VolumeMount> mounts(CacheServiceModel model) {
        var mounts = new ArrayList<>(List.of(
                mount("config", ServiceYaml.CONFIG_DIR),
                mount("redis", ServiceYaml.REDIS_DIR),
                mount("clients", ServiceYaml.CLIENTS_DIR),
                mount("tls", ServiceYaml.TLS_DIR)));
        model.state().ifPresent(_ -> mounts.add(mount("state", ServiceYaml.STATE_DIR)));
        mounts.add(
                new VolumeMountBuilder().withName("tmp").withMountPath("/tmp").build());
        return mounts;
    }

    private static VolumeMount mount(String volume, String directory) {
        return new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(directory)
                .withReadOnly(true)
                .build();
    }

    private static List<Volume> volumes(CacheServiceModel model) {
        var volumes = new ArrayList<>(List.of(
                new VolumeBuilder()
                        .withName("config")
                        .withNewConfigMap()
                        .withName(model.names().configMap())
                        .endConfigMap()
                        .build(),
                MountedSecret.volume("redis", model.redis().secret()),
                MountedSecret.volume("clients", model.names().clientsSecret()),
                MountedSecret.volume("tls", model.names().tlsSecret())));
        model.state().ifPresent(state -> volumes.add(MountedSecret.volume("state", state.secret())));
        volumes.add(new VolumeBuilder()
                .withName("tmp")
                .withNewEmptyDir()
                .withSizeLimit(TMP_SIZE)
                .endEmptyDir()
                .build());
        return volumes;
    }
}
