package dev.redoubt.operator.owned;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The custom resource that objects are made for, and the metadata that it gives them.
 *
 * @param component such as {@code redis} or {@code cache-service}: label value, and suffix of object names
 * @param label the label key that names the resource, {@link Labels#REDIS} or {@link Labels#CACHE_SERVICE}
 */
public record Owner(
        String apiVersion, String kind, String name, String namespace, String uid, String component, String label) {

    /** The owner for {@code resource}. */
    public static Owner of(HasMetadata resource, String component, String label) {
        var metadata = resource.getMetadata();
        return new Owner(
                resource.getApiVersion(),
                resource.getKind(),
                metadata.getName(),
                metadata.getNamespace(),
                metadata.getUid(),
                component,
                label);
    }

    /** The same resource as the owner of something that stands beside its main component. */
    public Owner withComponent(String other) {
        return new Owner(apiVersion, kind, name, namespace, uid, other, label);
    }

    /** Labels that select this owner's pods; they never change during the life of the owner. */
    public Map<String, String> selector() {
        return sorted(
                Map.of(Labels.NAME, component, Labels.INSTANCE, name, Labels.MANAGED_BY, Labels.REDOUBT, label, name));
    }

    /** Labels on everything that belongs to this owner. */
    public Map<String, String> labels() {
        var labels = selector();
        labels.put(Labels.COMPONENT, component);
        labels.put(Labels.PART_OF, Labels.REDOUBT);
        return labels;
    }

    /** Metadata for an owned object: it goes when the owner goes. */
    public ObjectMeta metadata(String objectName) {
        return new ObjectMetaBuilder()
                .withName(objectName)
                .withNamespace(namespace)
                .withLabels(labels())
                .withOwnerReferences(reference())
                .build();
    }

    /** The controller reference of this owner. */
    public OwnerReference reference() {
        return new OwnerReferenceBuilder()
                .withApiVersion(apiVersion)
                .withKind(kind)
                .withName(name)
                .withUid(uid)
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }

    /** Whether {@code object} is controlled by exactly this resource, not by an earlier one of the same name. */
    public boolean owns(HasMetadata object) {
        return controllerOf(object).filter(r -> r.getUid().equals(uid)).isPresent();
    }

    /** Whether {@code object} is controlled by this resource and belongs to this component of it. */
    public boolean ownsInComponent(HasMetadata object) {
        var labels = object.getMetadata().getLabels();
        return owns(object) && labels != null && component.equals(labels.get(Labels.COMPONENT));
    }

    /** Whether {@code object} belonged to an earlier resource of this kind and name, and is about to be collected. */
    public boolean ownedByPredecessor(HasMetadata object) {
        return controllerOf(object)
                .filter(r -> r.getKind().equals(kind)
                        && r.getApiVersion().equals(apiVersion)
                        && r.getName().equals(name)
                        && !r.getUid().equals(uid))
                .isPresent();
    }

    private static Optional<OwnerReference> controllerOf(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(r -> Boolean.TRUE.equals(r.getController()))
                .findFirst();
    }

    private static Map<String, String> sorted(Map<String, String> map) {
        return new TreeMap<>(map);
    }
}
