package dev.redoubt.operator.hardening;

import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The controls that the running pod answers for, as the API server has it. */
public final class PodControls {
    private static final Set<String> SECCOMP = Set.of("RuntimeDefault", "Localhost");

    private PodControls() {}

    /**
     * H6. What Pod Security "restricted" asks for, and besides: a read-only root, no token, and no container but the server's.
     *
     * @param container the name of the only container that belongs there
     */
    public static Finding restrictedPod(Pod pod, String container) {
        var spec = pod.getSpec();
        var complaints = new ArrayList<String>();
        complain(complaints, Boolean.TRUE.equals(spec.getHostNetwork()), "the pod is in its node's network");
        complain(complaints, Boolean.TRUE.equals(spec.getHostPID()), "the pod sees its node's processes");
        complain(complaints, Boolean.TRUE.equals(spec.getHostIPC()), "the pod shares its node's IPC");
        complain(
                complaints,
                !Boolean.FALSE.equals(spec.getAutomountServiceAccountToken()),
                "the pod gets a service-account token");
        for (var volume : spec.getVolumes()) {
            complain(complaints, isForeign(volume), "volume " + volume.getName() + " is none that a Redis needs");
        }
        var all = containers(spec).toList();
        for (var one : all) {
            complain(complaints, !one.name().equals(container), "there is a container " + one.name());
            complaints.addAll(complaints(one, spec.getSecurityContext()));
        }
        return Finding.of(
                Control.RESTRICTED_POD,
                complaints,
                "The pod is restricted: not root, no capabilities, seccomp, a read-only root, no token, no other container.");
    }

    /** What is looked at of a container, of whatever kind it is. */
    private record Looked(String name, SecurityContext security) {
        static Looked at(String name, @Nullable SecurityContext security) {
            return new Looked(name, Objects.requireNonNullElseGet(security, SecurityContext::new));
        }
    }

    private static Stream<Looked> containers(PodSpec spec) {
        return Stream.of(
                        spec.getContainers().stream().map(PodControls::look),
                        spec.getInitContainers().stream().map(PodControls::look),
                        spec.getEphemeralContainers().stream().map(PodControls::look))
                .flatMap(looked -> looked);
    }

    private static Looked look(Container container) {
        return Looked.at(container.getName(), container.getSecurityContext());
    }

    /** {@code kubectl debug} adds one. */
    private static Looked look(EphemeralContainer container) {
        return Looked.at(container.getName(), container.getSecurityContext());
    }

    private static List<String> complaints(Looked container, @Nullable PodSecurityContext pod) {
        var security = container.security();
        var complaints = new ArrayList<String>();
        var prefix = "container " + container.name() + " ";
        complain(complaints, Boolean.TRUE.equals(security.getPrivileged()), prefix + "is privileged");
        complain(
                complaints,
                !Boolean.FALSE.equals(security.getAllowPrivilegeEscalation()),
                prefix + "may gain privileges");
        complain(
                complaints,
                !Boolean.TRUE.equals(security.getReadOnlyRootFilesystem()),
                prefix + "may write to its root file system");
        complain(complaints, !dropsAll(security.getCapabilities()), prefix + "has capabilities");
        complain(complaints, !isNonRoot(security, pod), prefix + "may run as root");
        complain(complaints, !hasSeccomp(security, pod), prefix + "has no seccomp profile");
        return complaints;
    }

    private static boolean dropsAll(@Nullable Capabilities capabilities) {
        return capabilities != null
                && capabilities.getDrop().contains("ALL")
                && capabilities.getAdd().isEmpty();
    }

    private static boolean isNonRoot(SecurityContext container, @Nullable PodSecurityContext pod) {
        var nonRoot = Optional.ofNullable(container.getRunAsNonRoot())
                .or(() -> Optional.ofNullable(pod).map(PodSecurityContext::getRunAsNonRoot));
        var user = Optional.ofNullable(container.getRunAsUser())
                .or(() -> Optional.ofNullable(pod).map(PodSecurityContext::getRunAsUser));
        return nonRoot.orElse(false) && user.filter(id -> id == 0).isEmpty();
    }

    private static boolean hasSeccomp(SecurityContext container, @Nullable PodSecurityContext pod) {
        return Optional.ofNullable(container.getSeccompProfile())
                .or(() -> Optional.ofNullable(pod).map(PodSecurityContext::getSeccompProfile))
                .map(SeccompProfile::getType)
                .filter(SECCOMP::contains)
                .isPresent();
    }

    /** A Redis has its configuration, its Secrets and its data; no directory of the node, and no token. */
    private static boolean isForeign(Volume volume) {
        return volume.getConfigMap() == null
                && volume.getSecret() == null
                && volume.getPersistentVolumeClaim() == null
                && volume.getEmptyDir() == null;
    }

    private static void complain(List<String> complaints, boolean wrong, String complaint) {
        if (wrong) {
            complaints.add(complaint);
        }
    }

    /**
     * H9, as far as the container goes.
     *
     * @param wanted what the specification comes to
     * @param derived the limit that would be derived from maxMemory
     * @return empty if the container has that room
     */
    public static Optional<Finding> memoryLimit(Pod pod, ResourceRequirements wanted, Quantity derived) {
        var has = limit(pod.getSpec().getContainers().getFirst().getResources());
        var shall = limit(wanted);
        if (has.isEmpty() || bytes(has.get()) != bytes(shall.orElse(derived))) {
            return Optional.of(Finding.failed(
                    Control.MEMORY_BOUNDED,
                    "The container's memory limit is "
                            + has.map(Quantity::toString).orElse("none") + " instead of " + shall.orElse(derived)
                            + "."));
        }
        return bytes(has.get()) < bytes(derived)
                ? Optional.of(Finding.waived(
                        Control.MEMORY_BOUNDED,
                        "spec.resources.limits.memory is " + has.get() + ", less than the " + derived
                                + " that data, a fork and clients may take together."))
                : Optional.empty();
    }

    private static Optional<Quantity> limit(@Nullable ResourceRequirements resources) {
        return Optional.ofNullable(resources)
                .map(ResourceRequirements::getLimits)
                .map(limits -> limits.get("memory"));
    }

    private static long bytes(Quantity quantity) {
        return quantity.getNumericalAmount().longValue();
    }

    /**
     * H12, as far as the pod goes.
     *
     * @return empty if the pod was made from {@code image}
     */
    public static Optional<Finding> image(Pod pod, String image) {
        var running = pod.getSpec().getContainers().getFirst().getImage();
        return running.equals(image)
                ? Optional.empty()
                : Optional.of(Finding.failed(
                        Control.PINNED_IMAGE, "The pod was made from image " + running + " instead of " + image + "."));
    }

    /**
     * H5. Whether any of {@code secrets} stands in {@code texts}.
     *
     * @param texts what is not a Secret, by a title such as "Pod cache-redis-0"
     * @param secrets by a name that may be told, such as "the password of app"
     */
    public static Finding secretsContained(Map<String, String> texts, Map<String, String> secrets) {
        var complaints = texts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(text -> secrets.entrySet().stream()
                        .filter(secret -> text.getValue().contains(secret.getValue()))
                        .map(Map.Entry::getKey)
                        .sorted()
                        .map(name -> name + " is readable in " + text.getKey()))
                .toList();
        return Finding.of(
                Control.SECRETS_CONTAINED,
                complaints,
                "None of " + secrets.size()
                        + " passwords and keys is readable in the pod, its workload, its configuration or the Events.");
    }
}
