package dev.redoubt.operator.redis;

import dev.redoubt.operator.apply.ApiWrites;
import dev.redoubt.operator.apply.Applier;
import dev.redoubt.operator.apply.Cluster;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.events.EventRecorder;
import dev.redoubt.operator.events.PodEvents;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a running pod to what its StatefulSet's template says now: in place where that goes, by a restart where not. */
final class PodChanges {
    private static final Logger LOG = LoggerFactory.getLogger(PodChanges.class);
    private static final String CERTIFICATES_HASH = "redoubt.dev/certificates-hash";
    private static final String ACL_HASH = "redoubt.dev/acl-hash";
    private static final Map<String, String> PARTS = Map.of("redoubt.dev/config-hash", "redis.conf");

    private final KubernetesClient client;
    private final ApiWrites writes;
    private final EventRecorder events;
    private final PodEvents told;

    PodChanges(Cluster cluster) {
        this.client = cluster.client();
        this.writes = cluster.writes();
        this.events = cluster.events();
        this.told = new PodEvents(cluster.client());
    }

    /** Why the StatefulSet's controller cannot make the pod, in the API server's words; empty if it does not say so. */
    Optional<String> refusal(RedisNames names) {
        return told.refusal(names.namespace(), names.base());
    }

    /**
     * Whether {@code pod} was made from another template than the one that {@code statefulSet} has, and a new pod would be
     * made from that one. The controller's revision hash cannot tell, because resources, which change in place, are part of
     * it.
     */
    static boolean isOutdated(Pod pod, StatefulSet statefulSet) {
        var status = statefulSet.getStatus();
        var controllerKnows = status != null
                && Objects.equals(
                        status.getObservedGeneration(),
                        statefulSet.getMetadata().getGeneration());
        return controllerKnows
                && pod.getMetadata().getDeletionTimestamp() == null
                && !Objects.equals(hash(pod), hash(statefulSet.getSpec().getTemplate()));
    }

    private static String hash(Pod pod) {
        return annotations(pod.getMetadata().getAnnotations()).getOrDefault(RedisStatefulSet.TEMPLATE_HASH, "");
    }

    private static String hash(PodTemplateSpec template) {
        return annotations(template.getMetadata().getAnnotations()).getOrDefault(RedisStatefulSet.TEMPLATE_HASH, "");
    }

    private static Map<String, String> annotations(@Nullable Map<String, String> found) {
        return found == null ? Map.of() : found;
    }

    /** Deletes {@code pod}, which the StatefulSet then makes anew. */
    void restart(HasMetadata redis, Pod pod, String why) {
        var name = pod.getMetadata().getName();
        events.record(redis, EventReason.PodRestarting, "Restarting pod " + name + ": " + why + ".");
        // The pod that was looked at, not one that took its name meanwhile.
        client.resource(pod)
                .lockResourceVersion(pod.getMetadata().getResourceVersion())
                .delete();
        writes.count(pod.getKind(), "delete");
    }

    /** What differs between {@code pod} and the template, for a person. */
    static String difference(Pod pod, StatefulSet statefulSet) {
        var template = statefulSet.getSpec().getTemplate();
        var before = annotations(pod.getMetadata().getAnnotations());
        var after = annotations(template.getMetadata().getAnnotations());
        var parts = new ArrayList<String>();
        var oldImage = image(pod.getSpec().getContainers());
        var newImage = image(template.getSpec().getContainers());
        if (!oldImage.equals(newImage)) {
            parts.add("image " + oldImage + " is replaced by " + newImage);
        }
        PARTS.keySet().stream()
                .sorted()
                .filter(key -> !Objects.equals(before.get(key), after.get(key)))
                .forEach(key -> parts.add(PARTS.get(key) + " changed"));
        return parts.isEmpty() ? "its pod template changed" : String.join(", ", parts);
    }

    private static String image(List<Container> containers) {
        return containers.getFirst().getImage();
    }

    /** Changes what {@code pod} may use while it runs; restarts it if the cluster refuses. */
    void resize(HasMetadata redis, Pod pod, PodResources resources) {
        var metadata = pod.getMetadata();
        var patch = Map.of("spec", Map.of("containers", List.of(container(resources.wanted()))));
        try {
            client.pods()
                    .inNamespace(metadata.getNamespace())
                    .withName(metadata.getName())
                    .subresource("resize")
                    .patch(
                            new PatchContext.Builder()
                                    .withPatchType(PatchType.STRATEGIC_MERGE)
                                    .withFieldManager(Applier.FIELD_MANAGER)
                                    .build(),
                            client.getKubernetesSerialization().asJson(patch));
            writes.count(pod.getKind(), "resize");
            events.record(
                    redis,
                    EventReason.PodResized,
                    "Resources of pod " + metadata.getName() + " changed " + resources.change() + ".");
        } catch (KubernetesClientException e) {
            if (e.getCode() / 100 != 4 || e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            LOG.atWarn()
                    .addKeyValue("pod", metadata.getName())
                    .addKeyValue("cause", e.getMessage())
                    .log("Resize refused");
            restart(redis, pod, "its resources change " + resources.change() + ", and not in place: " + e.getMessage());
        }
    }

    /**
     * Notes on {@code pod} the hash of the certificates that it shall read. A changed annotation makes the kubelet look at the pod at once,
     * and with it at the Secrets that it mounts, which otherwise takes it up to a minute.
     */
    void announceCertificates(Pod pod, String hash) {
        annotate(pod, CERTIFICATES_HASH, hash);
    }

    /** Notes on {@code pod} which ACL file its server was last seen to have, or told, which brings it that file as well. */
    void announceUsers(Pod pod, String aclHash) {
        annotate(pod, ACL_HASH, aclHash);
    }

    /** The hash of the ACL file that the server of {@code pod} was last seen to have, or told; empty before the first look at it. */
    static Optional<String> knownUsers(Pod pod) {
        return Optional.ofNullable(
                annotations(pod.getMetadata().getAnnotations()).get(ACL_HASH));
    }

    private void annotate(Pod pod, String key, String value) {
        var metadata = pod.getMetadata();
        if (value.equals(annotations(metadata.getAnnotations()).get(key))) {
            return;
        }
        var patch = Map.of("metadata", Map.of("annotations", Map.of(key, value)));
        client.pods()
                .inNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON_MERGE)
                                .withFieldManager(Applier.FIELD_MANAGER)
                                .build(),
                        client.getKubernetesSerialization().asJson(patch));
        writes.count(pod.getKind(), "patch");
    }

    private static Map<String, Object> container(ResourceRequirements resources) {
        return Map.of("name", RedisStatefulSet.CONTAINER, "resources", resources);
    }
}
