package dev.redoubt.operator.apply;

import dev.redoubt.operator.owned.LastNoted;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.Map;
import java.util.Set;

/**
 * What somebody else has added to an object of ours, beside the fields that we set: a container in a pod template, a further port.
 * Metadata, that of pods included, is everybody's, and what belongs to a subresource (status, scale) is its controllers'.
 */
final class ForeignAdditions {
    private static final Set<String> CONTENT = Set.of("f:spec", "f:data", "f:binaryData");
    private static final int MAX_OBJECTS = 10_000;

    /** The additions that were removed from each object the last time, by its uid, until it was seen without. */
    private final LastNoted removed = new LastNoted(MAX_OBJECTS);

    /**
     * Whether {@code object} has additions, and they have not just been removed: who adds the same again at once, as an admission
     * webhook does, would otherwise be fought for ever.
     */
    boolean mayBeRemoved(HasMetadata object) {
        var foreign = object.getMetadata().getManagedFields().stream()
                .filter(ForeignAdditions::isForeign)
                .map(entry -> entry.getManager() + " " + entry.getFieldsV1())
                .sorted()
                .toList();
        if (foreign.isEmpty()) {
            removed.forget(object.getMetadata().getUid());
            return false;
        }
        return removed.isNew(object.getMetadata().getUid(), foreign.toString());
    }

    /** The additions to {@code object} could not be removed after all. */
    void stillThere(HasMetadata object) {
        removed.forget(object.getMetadata().getUid());
    }

    private static boolean isForeign(ManagedFieldsEntry entry) {
        return !Applier.FIELD_MANAGER.equals(entry.getManager())
                && !isOfASubresource(entry)
                && entry.getFieldsV1() != null
                && entry.getFieldsV1().getAdditionalProperties().entrySet().stream()
                        .anyMatch(part -> CONTENT.contains(part.getKey()) && isMoreThanMetadataOfPods(part.getValue()));
    }

    static boolean isOfASubresource(ManagedFieldsEntry entry) {
        return entry.getSubresource() != null && !entry.getSubresource().isEmpty();
    }

    /** {@code kubectl rollout restart} writes an annotation into the pod template, and it has to work on what we made too. */
    private static boolean isMoreThanMetadataOfPods(Object content) {
        if (!(content instanceof Map<?, ?> fields) || !Set.of("f:template").equals(fields.keySet())) {
            return true;
        }
        return !(fields.get("f:template") instanceof Map<?, ?> template)
                || !Set.of("f:metadata").equals(template.keySet());
    }
}
