package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodResourcesTest {

    @Test
    void theSameAmountWrittenDifferentlyIsNoDifference() {
        assertThat(of(limit("1024Mi"), limit("1024Mi"), "1Gi").differ()).isFalse();
    }

    /** A LimitRange adds what nobody asked for, and would do so again. */
    @Test
    void whatThePodHasBesideIsNoDifference() {
        var asked = new ResourceRequirementsBuilder(limit("1Gi"))
                .addToLimits("cpu", new Quantity("2"))
                .build();

        assertThat(of(asked, asked, "1Gi").differ()).isFalse();
    }

    @Test
    void lessAndMoreAreDifferences() {
        var more = of(limit("1Gi"), limit("1Gi"), "2Gi");
        var less = of(limit("2Gi"), limit("2Gi"), "1Gi");

        assertThat(more.differ()).isTrue();
        assertThat(more.memoryGrows()).isTrue();
        assertThat(more.memorySuffices()).isFalse();
        assertThat(less.differ()).isTrue();
        assertThat(less.memoryGrows()).isFalse();
        assertThat(less.memorySuffices()).isTrue();
    }

    @Test
    void whatIsAskedForButNotInForceDoesNotSuffice() {
        var resizing = of(limit("2Gi"), limit("1Gi"), "2Gi");

        assertThat(resizing.differ()).isFalse();
        assertThat(resizing.memorySuffices()).isFalse();
    }

    /** Older kubelets do not say what is in force. */
    @Test
    void withoutAReportWhatIsAskedForCounts() {
        assertThat(of(limit("2Gi"), null, "2Gi").memorySuffices()).isTrue();
    }

    @Test
    void noLimitSufficesForEverything() {
        var without = of(new ResourceRequirements(), new ResourceRequirements(), "2Gi");

        assertThat(without.memorySuffices()).isTrue();
        assertThat(without.memoryGrows()).isFalse();
        assertThat(without.differ()).isTrue();
    }

    @Test
    void theChangeReadsWell() {
        assertThat(of(limit("1Gi"), null, "2Gi").change())
                .isEqualTo("from limits {memory=1Gi}, requests {} to limits {memory=2Gi}, requests {}");
    }

    private static PodResources of(ResourceRequirements asked, ResourceRequirements inForce, String wanted) {
        return PodResources.of(pod(asked, inForce), limit(wanted));
    }

    private static ResourceRequirements limit(String memory) {
        return new ResourceRequirementsBuilder()
                .withLimits(new HashMap<>(Map.of("memory", new Quantity(memory))))
                .build();
    }

    private static Pod pod(ResourceRequirements asked, ResourceRequirements inForce) {
        return new PodBuilder()
                .withNewSpec()
                .addNewContainer()
                .withName("redis")
                .withResources(asked)
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withContainerStatuses(new ContainerStatusBuilder()
                        .withName("redis")
                        .withResources(inForce)
                        .build())
                .endStatus()
                .build();
    }
}
