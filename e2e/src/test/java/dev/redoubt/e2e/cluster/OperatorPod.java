package dev.redoubt.e2e.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.List;
import org.awaitility.Awaitility;

/** The installed operator, seen as what it is to the cluster: a Deployment whose pod may die at any time. */
public final class OperatorPod {

    public static final String NAMESPACE = "redoubt-system";
    public static final String DEPLOYMENT = "redoubt-operator";

    private final KubernetesClient client;

    public OperatorPod(KubernetesClient client) {
        this.client = client;
    }

    /** The names of the pods that are there now. */
    public List<String> names() {
        return pods().stream().map(pod -> pod.getMetadata().getName()).toList();
    }

    /** Kills every operator pod without a grace period: no shutdown hook, no released lease. */
    public void kill() {
        client.pods()
                .inNamespace(NAMESPACE)
                .withLabel("app.kubernetes.io/name", DEPLOYMENT)
                .withGracePeriod(0)
                .delete();
    }

    /** Waits until an operator pod is ready and none of the given ones is left. */
    public void awaitSuccessorOf(List<String> former) {
        Awaitility.await()
                .alias("successor of " + former)
                .atMost(Stage.PATIENCE)
                .until(() -> {
                    List<Pod> pods = pods();
                    return !pods.isEmpty()
                            && pods.stream().allMatch(Readiness::isPodReady)
                            && pods.stream()
                                    .noneMatch(pod ->
                                            former.contains(pod.getMetadata().getName()));
                });
    }

    private List<Pod> pods() {
        return client.pods()
                .inNamespace(NAMESPACE)
                .withLabel("app.kubernetes.io/name", DEPLOYMENT)
                .list()
                .getItems();
    }
}
