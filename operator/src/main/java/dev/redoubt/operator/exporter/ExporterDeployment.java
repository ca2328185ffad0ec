package dev.redoubt.operator.exporter;

import dev.redoubt.operator.certificates.CertificateIssuer;
import dev.redoubt.operator.owned.ContentHash;
import dev.redoubt.operator.owned.MountedSecret;
import dev.redoubt.operator.owned.PodHardening;
import dev.redoubt.operator.owned.PodPlacement;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * The Deployment of an exporter, which no more than reads: not a side-car, so that neither its upgrade nor its end touches the
 * server. A new pod is ready before the old one goes, so that an image that does not start costs no metrics.
 */
final class ExporterDeployment {
    static final String CONTAINER = "exporter";

    /** User and group of the process; the image's own. */
    private static final long UID = 65532;
    /** Seconds between SIGTERM and SIGKILL: the scrape under way ends. */
    private static final long TERMINATION_GRACE = 10;

    private static final String LOGIN_DIR = "/etc/redoubt/exporter";
    private static final String LOGIN_VOLUME = "login";

    private ExporterDeployment() {}

    static HasMetadata render(ExporterModel model) {
        return new DeploymentBuilder()
                .withMetadata(model.owner().metadata(model.name()))
                .withNewSpec()
                .withReplicas(1)
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
                .withMetadata(new ObjectMetaBuilder()
                        .withLabels(model.owner().labels())
                        // It reads its files when it starts: another password is a rolling update.
                        .addToAnnotations("redoubt.dev/login-hash", ContentHash.of(ExporterObjects.login(model)))
                        .build())
                .withSpec(pod(model))
                .endTemplate()
                .endSpec()
                .build();
    }

    private static PodSpec pod(ExporterModel model) {
        var pod = new PodSpecBuilder()
                .withServiceAccountName(model.name())
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withTerminationGracePeriodSeconds(TERMINATION_GRACE)
                .withSecurityContext(PodHardening.pod(UID))
                .withContainers(container(model))
                .withVolumes(MountedSecret.volume(LOGIN_VOLUME, model.name()));
        PodPlacement.add(model.scheduling(), pod);
        return pod.build();
    }

    private static Container container(ExporterModel model) {
        return new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(model.image())
                .withImagePullPolicy("IfNotPresent")
                // The image's entry point is the program, under another name in every image.
                .withArgs(arguments(model))
                .addNewPort()
                .withName(ExporterObjects.PORT_NAME)
                .withContainerPort(ExporterModel.PORT)
                .withProtocol("TCP")
                .endPort()
                .withResources(model.resources())
                .withSecurityContext(PodHardening.container())
                .withLivenessProbe(health(10, 3))
                .withReadinessProbe(health(2, 2))
                .addNewVolumeMount()
                .withName(LOGIN_VOLUME)
                .withMountPath(LOGIN_DIR)
                .withReadOnly(true)
                .endVolumeMount()
                .build();
    }

    private static List<String> arguments(ExporterModel model) {
        var arguments = new ArrayList<>(List.of(
                "-web.listen-address=:" + ExporterModel.PORT,
                "-redis.addr=" + model.server().url(),
                "-redis.user=" + model.server().user(),
                "-redis.password-file=" + LOGIN_DIR + "/" + ExporterObjects.PASSWORDS,
                "-tls-ca-cert-file=" + LOGIN_DIR + "/" + CertificateIssuer.CA_CERTIFICATE,
                // Less than a scrape may take, so that a server that hangs is reported as down.
                "-connection-timeout=5s",
                // No CONFIG: whoever may read the configuration reads the passwords in it. INFO has the limits too.
                "-config-command=-",
                // Of the server alone, not of the exporter's own run time.
                "-redis-only-metrics"));
        if (model.server().certificate().isPresent()) {
            arguments.add("-tls-client-cert-file=" + LOGIN_DIR + "/" + CertificateIssuer.CERTIFICATE);
            arguments.add("-tls-client-key-file=" + LOGIN_DIR + "/" + CertificateIssuer.KEY);
        }
        return List.copyOf(arguments);
    }

    /** Of the exporter alone: that the server is down is a metric, and no reason to stop showing it. */
    private static Probe health(int period, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath("/health")
                .withPort(new IntOrString(ExporterObjects.PORT_NAME))
                .withScheme("HTTP")
                .endHttpGet()
                .withPeriodSeconds(period)
                .withTimeoutSeconds(3)
                .withFailureThreshold(failures)
                .build();
    }
}
