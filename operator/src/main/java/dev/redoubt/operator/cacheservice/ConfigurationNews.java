package dev.redoubt.operator.cacheservice;

import dev.redoubt.operator.apply.Applier;
import dev.redoubt.operator.apply.Cluster;
import dev.redoubt.operator.owned.ContentHash;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Notes on the pods of a service which configuration, certificates and bindings it shall have. A changed annotation makes the kubelet look at the pod at once, and with
 * it at what the pod mounts, which otherwise takes it up to a minute; the service takes the files over a second later.
 */
final class ConfigurationNews {
    static final String CONFIGURATION = "redoubt.dev/configuration";

    private final Cluster cluster;

    ConfigurationNews(Cluster cluster) {
        this.cluster = cluster;
    }

    void announce(CacheServiceModel model, List<Pod> pods) {
        var files = new TreeMap<>(CacheServiceObjects.configuration(model));
        files.putAll(CacheServiceObjects.hashes(model));
        // No client has a blank in its name.
        files.put("own certificates", ContentHash.of(model.identity().serverSecret()));
        files.put("binding of redisRef", model.redis().filesHash());
        model.state().ifPresent(state -> files.put("binding of stateRef", state.filesHash()));
        var hash = ContentHash.of(files);
        pods.stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .filter(pod ->
                        !hash.equals(Optional.ofNullable(pod.getMetadata().getAnnotations())
                                .map(found -> found.get(CONFIGURATION))
                                .orElse("")))
                .forEach(pod -> annotate(pod, hash));
    }

    private void annotate(Pod pod, String hash) {
        var patch = Map.of("metadata", Map.of("annotations", Map.of(CONFIGURATION, hash)));
        cluster.client()
                .pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON_MERGE)
                                .withFieldManager(Applier.FIELD_MANAGER)
                                .build(),
                        cluster.client().getKubernetesSerialization().asJson(patch));
        cluster.writes().count(pod.getKind(), "patch");
    }
}
