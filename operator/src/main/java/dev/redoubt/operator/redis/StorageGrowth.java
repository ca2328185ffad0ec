package dev.redoubt.operator.redis;

import dev.redoubt.operator.apply.ApiWrites;
import dev.redoubt.operator.apply.Applier;
import dev.redoubt.operator.apply.Cluster;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.events.EventRecorder;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes the volume of a Redis larger. A StatefulSet's claim templates cannot change, so the claim is grown first and the
 * StatefulSet is then deleted without its pods; the next pass makes it again with the new size, and it adopts them.
 *
 * <p>Whether a claim can grow only the API server knows, because the operator may not read storage classes. A refusal therefore
 * stands until the specification changes or {@link #RETRY} has passed: asking at each pass would be a write at each pass.
 */
final class StorageGrowth {
    /** How long a refusal stands; somebody may have made the storage class expandable meanwhile, which no watch shows. */
    static final Duration RETRY = Duration.ofMinutes(10);

    private final KubernetesClient client;
    private final ApiWrites writes;
    private final EventRecorder events;
    private final InstantSource clock;
    /** Bounded by the claims that were refused within {@link #RETRY}: what is older goes when the next one comes. */
    private final Map<Wish, Refusal> refusals = new ConcurrentHashMap<>();

    StorageGrowth(Cluster cluster, InstantSource clock) {
        this.client = cluster.client();
        this.writes = cluster.writes();
        this.events = cluster.events();
        this.clock = clock;
    }

    /** What was asked for: a claim is to have what this generation of the specification says. */
    private record Wish(String claimUid, long generation) {}

    private record Refusal(Step step, Instant until) {}

    /** What has to be known of the volume for the rest of the pass. */
    sealed interface Step {
        /** Nothing grows. */
        record Settled() implements Step {}

        /** The StatefulSet is being replaced: nothing may be applied before it is gone. */
        record Replacing(Verdict remark) implements Step {}

        /** The claim cannot grow; everything else goes on with the size that exists. */
        record Impossible(Quantity existing, Verdict remark) implements Step {}
    }

    /** Takes the next step towards the size that {@code model} asks for. */
    Step advance(HasMetadata redis, RedisModel model, RedisWorld world) {
        var wanted = model.storage().size();
        var small = world.claim().filter(claim -> isLess(RedisResolver.size(claim), wanted));
        if (small.isPresent()) {
            var wish = new Wish(
                    small.get().getMetadata().getUid(), redis.getMetadata().getGeneration());
            var refusal = refusals.get(wish);
            if (refusal != null && clock.instant().isBefore(refusal.until())) {
                return refusal.step();
            }
            try {
                grow(redis, small.get(), wanted);
            } catch (KubernetesClientException e) {
                return remember(wish, impossible(small.get(), wanted, e));
            }
        }
        var outdated = world.statefulSet().filter(set -> isLess(RedisResolver.templateSize(set), wanted));
        if (outdated.isEmpty()) {
            return new Step.Settled();
        }
        if (outdated.get().getMetadata().getDeletionTimestamp() == null) {
            orphan(outdated.get());
        }
        return new Step.Replacing(Verdict.readyBut(
                Reason.StorageGrowing, "The volume grows to " + wanted + "; the server keeps running meanwhile."));
    }

    private void grow(HasMetadata redis, PersistentVolumeClaim claim, Quantity wanted) {
        var name = claim.getMetadata().getName();
        var grown = new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(claim.getMetadata().getNamespace())
                .endMetadata()
                .withNewSpec()
                .withNewResources()
                .withRequests(Map.of("storage", wanted))
                .endResources()
                .endSpec()
                .build();
        client.resource(grown)
                .fieldManager(Applier.FIELD_MANAGER)
                .forceConflicts()
                .serverSideApply();
        writes.count(claim.getKind(), "apply");
        events.record(redis, EventReason.StorageGrowing, "Claim " + name + " grows to " + wanted + ".");
    }

    private Step remember(Wish wish, Step step) {
        var now = clock.instant();
        refusals.values().removeIf(old -> !now.isBefore(old.until()));
        refusals.put(wish, new Refusal(step, now.plus(RETRY)));
        return step;
    }

    /** @throws KubernetesClientException if another try may succeed */
    private static Step impossible(PersistentVolumeClaim claim, Quantity wanted, KubernetesClientException refusal) {
        if (refusal.getCode() != HttpURLConnection.HTTP_FORBIDDEN && refusal.getCode() != 422) {
            throw refusal;
        }
        var message = ("Claim %s cannot grow to %s: %s. Use a storage class with allowVolumeExpansion, or set"
                        + " spec.persistence.storage.size to what exists.")
                .formatted(claim.getMetadata().getName(), wanted, text(refusal));
        return new Step.Impossible(RedisResolver.size(claim), Verdict.readyBut(Reason.StorageNotExpandable, message));
    }

    private void orphan(StatefulSet statefulSet) {
        client.resource(statefulSet)
                .withPropagationPolicy(DeletionPropagation.ORPHAN)
                .delete();
        writes.count(statefulSet.getKind(), "delete");
    }

    private static String text(KubernetesClientException refusal) {
        return refusal.getStatus() == null
                ? String.valueOf(refusal.getMessage())
                : refusal.getStatus().getMessage();
    }

    private static boolean isLess(Quantity size, Quantity wanted) {
        return size.getNumericalAmount().compareTo(wanted.getNumericalAmount()) < 0;
    }
}
