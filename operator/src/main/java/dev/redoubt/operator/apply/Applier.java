package dev.redoubt.operator.apply;

import dev.redoubt.operator.apply.Applied.Blocked;
import dev.redoubt.operator.apply.Applied.Done;
import dev.redoubt.operator.owned.Owner;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.SSABasedGenericKubernetesResourceMatcher;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes the cluster's objects equal to the desired ones, by server-side apply. What is already equal is not written. An
 * object that somebody else made is never taken over.
 */
public final class Applier {
    /** Owns every field that the operator sets. */
    public static final String FIELD_MANAGER = "redoubt";

    /**
     * Applying with a resource version that no existing object has creates, or fails where an object exists: that is how one
     * that the caches do not know (because it lacks our labels) is found out before it is overwritten.
     */
    private static final String ONLY_CREATE = "1";

    private final KubernetesClient client;
    private final ApiWrites writes;
    private final ForeignAdditions additions = new ForeignAdditions();

    public Applier(Cluster cluster) {
        this.client = cluster.client();
        this.writes = cluster.writes();
    }

    /** Applies {@code desired} in its order; stops at the first that cannot be written. */
    public <P extends HasMetadata> Applied apply(
            Owner owner, List<HasMetadata> desired, Known known, Context<P> context) {
        var written = new ArrayList<String>();
        for (var object : desired) {
            var outcome = applyOne(owner, object, known, context);
            switch (outcome) {
                case Done done -> written.addAll(done.written());
                case Blocked blocked -> {
                    return blocked;
                }
            }
        }
        return new Done(List.copyOf(written));
    }

    /** Deletes each object of {@code kinds} that belongs to {@code owner}'s component and is not among {@code desired}. */
    public List<String> prune(
            Owner owner, List<HasMetadata> desired, List<Class<? extends HasMetadata>> kinds, Known known) {
        var kept = desired.stream().map(Applier::title).collect(Collectors.toSet());
        return kinds.stream()
                .flatMap(kind -> known.ownedBy(owner, kind))
                .filter(object -> object.getMetadata().getDeletionTimestamp() == null)
                .filter(object -> !kept.contains(title(object)))
                .map(this::delete)
                .toList();
    }

    private String delete(HasMetadata object) {
        client.resource(object).delete();
        writes.count(object.getKind(), "delete");
        return title(object) + " deleted";
    }

    private <R extends HasMetadata, P extends HasMetadata> Applied applyOne(
            Owner owner, R desired, Known known, Context<P> context) {
        @SuppressWarnings("unchecked")
        var kind = (Class<R>) desired.getClass();
        var metadata = desired.getMetadata();
        var actual = known.find(kind, metadata.getNamespace(), metadata.getName());
        if (actual.isEmpty()) {
            return create(owner, desired, known);
        }
        var obstacle = obstacle(owner, actual.get());
        if (obstacle.isPresent()) {
            return new Blocked(obstacle.get());
        }
        var equal = SSABasedGenericKubernetesResourceMatcher.<R>getInstance().matches(actual.get(), desired, context);
        var applied = equal ? new Done(List.of()) : write(desired, actual, known);
        var newest =
                known.find(kind, metadata.getNamespace(), metadata.getName()).orElse(actual.get());
        return additions.mayBeRemoved(newest) ? replace(desired, newest, known) : applied;
    }

    /** An apply leaves alone what others have added; a patch that puts the whole content in its place does not. */
    private <R extends HasMetadata> Applied replace(R desired, R actual, Known known) {
        var serialization = client.getKubernetesSerialization();
        var content = serialization.convertValue(desired, Map.class);
        var operations = new ArrayList<Map<String, Object>>();
        // A patch that writes another version than the newest is a conflict, where one that only tests it would be
        // called invalid.
        operations.add(Map.of(
                "op", "replace",
                "path", "/metadata/resourceVersion",
                "value", actual.getMetadata().getResourceVersion()));
        for (var part : List.of("spec", "data")) {
            var value = content.get(part);
            if (value != null) {
                operations.add(Map.of("op", "replace", "path", "/" + part, "value", value));
            }
        }
        var result = patched(actual, serialization.asJson(operations));
        writes.count(desired.getKind(), "patch");
        known.wrote(result, Optional.of(actual));
        return new Done(List.of(title(desired) + " changed"));
    }

    /** @throws StaleCacheException if {@code actual} is not the newest: a controller writes a status at any moment */
    private <R extends HasMetadata> R patched(R actual, String operations) {
        try {
            return client.resource(actual)
                    .patch(
                            new PatchContext.Builder()
                                    .withPatchType(PatchType.JSON)
                                    .withFieldManager(FIELD_MANAGER)
                                    .build(),
                            operations);
        } catch (KubernetesClientException e) {
            additions.stillThere(actual);
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                throw new StaleCacheException(title(actual));
            }
            throw e;
        }
    }

    private <R extends HasMetadata> Applied create(Owner owner, R desired, Known known) {
        var onlyCreate = client.getKubernetesSerialization().clone(desired);
        onlyCreate.getMetadata().setResourceVersion(ONLY_CREATE);
        try {
            return write(onlyCreate, Optional.empty(), known);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            return unknown(owner, desired);
        }
    }

    /**
     * The object exists, and the caches do not show it: they are late, it has lost its labels, or it is not ours. It is not
     * overwritten in any case, because what was rendered without it may be wrong: a Secret that seemed missing got new passwords.
     *
     * @throws StaleCacheException if it is ours
     */
    private <R extends HasMetadata> Applied unknown(Owner owner, R desired) {
        var existing = client.resource(desired).get();
        if (existing != null) {
            var obstacle = obstacle(owner, existing);
            if (obstacle.isPresent()) {
                return new Blocked(obstacle.get());
            }
            label(owner, existing);
        }
        throw new StaleCacheException(title(desired));
    }

    /** Without its labels the watch would never show it. */
    private void label(Owner owner, HasMetadata existing) {
        var labels = existing.getMetadata().getLabels();
        if (labels != null && labels.entrySet().containsAll(owner.labels().entrySet())) {
            return;
        }
        var patch = Map.of("metadata", Map.of("labels", owner.labels()));
        client.resource(existing)
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.JSON_MERGE)
                                .withFieldManager(FIELD_MANAGER)
                                .build(),
                        client.getKubernetesSerialization().asJson(patch));
        writes.count(existing.getKind(), "patch");
    }

    private static Optional<Verdict> obstacle(Owner owner, HasMetadata existing) {
        if (owner.ownedByPredecessor(existing) || existing.getMetadata().getDeletionTimestamp() != null) {
            return Optional.of(Verdict.notReady(
                    Reason.WaitingForDeletion,
                    "%s of a deleted %s of the same name is still being deleted."
                            .formatted(title(existing), owner.kind())));
        }
        return owner.owns(existing)
                ? Optional.empty()
                : Optional.of(Verdict.notReady(
                        Reason.NameConflict,
                        "%s exists and does not belong to this %s. Delete or rename it, or choose another name for the %s."
                                .formatted(title(existing), owner.kind(), owner.kind())));
    }

    private <R extends HasMetadata> Applied write(R desired, Optional<R> previous, Known known) {
        var result = client.resource(desired)
                .fieldManager(FIELD_MANAGER)
                .forceConflicts()
                .serverSideApply();
        writes.count(desired.getKind(), "apply");
        known.wrote(result, previous);
        return new Done(List.of(title(desired) + (previous.isPresent() ? " changed" : " created")));
    }

    private static String title(HasMetadata object) {
        return object.getKind() + " " + object.getMetadata().getName();
    }
}
