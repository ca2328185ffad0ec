package dev.redoubt.operator.pods;

import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Why a pod is not ready. */
public final class PodDiagnosis {
    private static final Set<String> IMAGE_REASONS =
            Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError");

    private static final String OOM_KILLED = "OOMKilled";

    /** The container runtime could not execute the command. */
    private static final Set<String> START_REASONS = Set.of("StartError", "ContainerCannotRun");

    private static final int MAX_MESSAGE = 300;

    private PodDiagnosis() {}

    /** Whether the kubelet says that {@code pod} is ready and nobody deletes it. */
    public static boolean isReady(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && condition(pod, "Ready")
                        .filter(c -> "True".equals(c.getStatus()))
                        .isPresent();
    }

    /** What keeps {@code pod} from being ready; empty if it is. */
    public static Optional<Verdict> problem(Pod pod) {
        if (isReady(pod)) {
            return Optional.empty();
        }
        var name = pod.getMetadata().getName();
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            return Optional.of(Verdict.notReady(Reason.Restarting, "Pod " + name + " is being replaced."));
        }
        return Optional.of(unscheduled(pod)
                .or(() -> containerProblem(pod))
                .orElseGet(() -> Verdict.notReady(
                        "Running".equals(phase(pod)) ? Reason.PodNotReady : Reason.PodPending,
                        "Running".equals(phase(pod))
                                ? "Pod " + name + " runs; its readiness probe has not succeeded."
                                : "Pod " + name + " is being started: its volume is attached, its image pulled.")));
    }

    private static Optional<Verdict> unscheduled(Pod pod) {
        return condition(pod, "PodScheduled")
                .filter(c -> "False".equals(c.getStatus()))
                .map(c -> Verdict.notReady(
                        Reason.PodPending,
                        "No node takes pod " + pod.getMetadata().getName() + ": " + c.getMessage()));
    }

    private static Optional<Verdict> containerProblem(Pod pod) {
        return statuses(pod).stream()
                .flatMap(status -> problem(pod, status).stream())
                .findFirst();
    }

    private static Optional<Verdict> problem(Pod pod, ContainerStatus status) {
        var waiting = Optional.ofNullable(status.getState()).map(ContainerState::getWaiting);
        var ended = lastEnd(status);
        if (waiting.filter(w -> IMAGE_REASONS.contains(w.getReason())).isPresent()) {
            return Optional.of(Verdict.notReady(
                    Reason.ImageUnavailable,
                    // The kubelet's own words change with every try; a status must not.
                    "Image %s of pod %s cannot be pulled. Check its name, and that the node may pull it: kubectl -n %s describe pod %s"
                            .formatted(
                                    status.getImage(),
                                    pod.getMetadata().getName(),
                                    pod.getMetadata().getNamespace(),
                                    pod.getMetadata().getName())));
        }
        if (ended.isPresent() && !Boolean.TRUE.equals(status.getReady())) {
            return Optional.of(ended(pod, status, ended.get()));
        }
        return waiting.filter(w -> w.getMessage() != null && !w.getMessage().isBlank())
                .map(w -> Verdict.notReady(
                        Reason.PodPending,
                        "Container %s of pod %s waits: %s"
                                .formatted(status.getName(), pod.getMetadata().getName(), text(w))));
    }

    private static Verdict ended(Pod pod, ContainerStatus status, ContainerStateTerminated end) {
        var name = pod.getMetadata().getName();
        if (OOM_KILLED.equals(end.getReason())) {
            return Verdict.notReady(
                    Reason.OOMKilled,
                    ("Container %s of pod %s needed more memory than its limit, and the kernel ended it (exit code %d)."
                                    + " Raise what the limit is derived from, or the limit itself.")
                            .formatted(status.getName(), name, end.getExitCode()));
        }
        if (START_REASONS.contains(end.getReason())) {
            return Verdict.notReady(
                    Reason.ImageUnusable,
                    "Image %s of pod %s cannot be started: it has no such program, or is for another kind of machine: %s"
                            .formatted(status.getImage(), name, shortened(end.getMessage())));
        }
        return Verdict.notReady(
                Reason.CrashLooping,
                "Container %s of pod %s ended with exit code %d (%s). See: kubectl -n %s logs %s --previous"
                        .formatted(
                                status.getName(),
                                name,
                                end.getExitCode(),
                                end.getReason(),
                                pod.getMetadata().getNamespace(),
                                name));
    }

    /**
     * How the container of this name ended last, if it ever did and is not ready now. Its message holds the end of its log, where the
     * pod asks for that.
     */
    public static Optional<ContainerStateTerminated> lastEnd(Pod pod, String container) {
        return statuses(pod).stream()
                .filter(status -> container.equals(status.getName()) && !Boolean.TRUE.equals(status.getReady()))
                .findFirst()
                .flatMap(PodDiagnosis::lastEnd);
    }

    /** Whether the container of this name runs now. */
    public static boolean isRunning(Pod pod, String container) {
        return statuses(pod).stream()
                .filter(status -> container.equals(status.getName()))
                .anyMatch(
                        status -> status.getState() != null && status.getState().getRunning() != null);
    }

    private static String shortened(@Nullable String message) {
        var text = message == null ? "" : message.strip();
        return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "…";
    }

    private static Optional<ContainerStateTerminated> lastEnd(ContainerStatus status) {
        var now = Optional.ofNullable(status.getState()).map(ContainerState::getTerminated);
        return now.or(() -> Optional.ofNullable(status.getLastState()).map(ContainerState::getTerminated));
    }

    private static String text(ContainerStateWaiting waiting) {
        return waiting.getReason() + (waiting.getMessage() == null ? "" : " (" + waiting.getMessage() + ")");
    }

    private static Optional<PodCondition> condition(Pod pod, String type) {
        if (pod.getStatus() == null) {
            return Optional.empty();
        }
        return pod.getStatus().getConditions().stream()
                .filter(c -> type.equals(c.getType()))
                .findFirst();
    }

    private static List<ContainerStatus> statuses(Pod pod) {
        return pod.getStatus() == null ? List.of() : pod.getStatus().getContainerStatuses();
    }

    private static String phase(Pod pod) {
        return pod.getStatus() == null ? "" : pod.getStatus().getPhase();
    }
}
