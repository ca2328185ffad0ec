package dev.redoubt.operator.redis;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a pod's server may use, beside what it shall be allowed to use. */
record PodResources(ResourceRequirements wanted, ResourceRequirements asked, ResourceRequirements inForce) {

    static PodResources of(Pod pod, ResourceRequirements wanted) {
        var asked = pod.getSpec().getContainers().stream()
                .filter(container -> container.getName().equals(RedisStatefulSet.CONTAINER))
                .findFirst()
                .map(Container::getResources)
                .orElseGet(ResourceRequirements::new);
        var inForce = statuses(pod).stream()
                .filter(status -> status.getName().equals(RedisStatefulSet.CONTAINER))
                .findFirst()
                .map(ContainerStatus::getResources)
                .orElse(asked);
        return new PodResources(wanted, asked, inForce);
    }

    private static List<ContainerStatus> statuses(Pod pod) {
        return pod.getStatus() == null ? List.of() : pod.getStatus().getContainerStatuses();
    }

    /** Whether the pod asks for other amounts. What it has beside them (a LimitRange's defaults) does not count. */
    boolean differ() {
        return differ(wanted.getLimits(), asked.getLimits()) || differ(wanted.getRequests(), asked.getRequests());
    }

    private static boolean differ(@Nullable Map<String, Quantity> wanted, @Nullable Map<String, Quantity> asked) {
        return wanted != null
                && wanted.entrySet().stream().anyMatch(entry -> amount(asked, entry.getKey())
                        .filter(found -> found.compareTo(entry.getValue().getNumericalAmount()) == 0)
                        .isEmpty());
    }

    /** Whether the memory limit becomes larger: then it does before the server may hold more data. */
    boolean memoryGrows() {
        return compareMemory(asked) < 0;
    }

    /** Whether the memory limit that is in force is at least the one that shall be. */
    boolean memorySuffices() {
        return compareMemory(inForce) >= 0;
    }

    private int compareMemory(ResourceRequirements present) {
        var needed = amount(wanted.getLimits(), "memory").orElse(BigDecimal.ZERO);
        // No limit at all suffices for everything.
        return amount(present.getLimits(), "memory")
                .map(found -> found.compareTo(needed))
                .orElse(1);
    }

    private static Optional<BigDecimal> amount(@Nullable Map<String, Quantity> amounts, String name) {
        return Optional.ofNullable(amounts).map(found -> found.get(name)).map(Quantity::getNumericalAmount);
    }

    /** Both, for a person. */
    String change() {
        return "from %s to %s".formatted(text(asked), text(wanted));
    }

    private static String text(ResourceRequirements resources) {
        return "limits %s, requests %s".formatted(text(resources.getLimits()), text(resources.getRequests()));
    }

    private static String text(@Nullable Map<String, Quantity> amounts) {
        return amounts == null ? "none" : new TreeMap<>(amounts).toString();
    }
}
