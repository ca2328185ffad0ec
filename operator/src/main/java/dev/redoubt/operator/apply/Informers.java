package dev.redoubt.operator.apply;

import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.Owner;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The caches of what the operator made for one kind of resource, one for each kind of object. They hold nothing else: the
 * watches select by label. An object belongs to the resource that its label names, because pods and claims are controlled by
 * the StatefulSet and not by the resource.
 *
 * @param <P> the kind of resource
 */
public final class Informers<P extends HasMetadata> implements Known {
    private final Map<Class<?>, InformerEventSource<?, P>> byKind;

    private Informers(Map<Class<?>, InformerEventSource<?, P>> byKind) {
        this.byKind = byKind;
    }

    /**
     * Caches of {@code kinds}.
     *
     * @param label the label that names an object's resource
     */
    public static <P extends HasMetadata> Informers<P> of(
            EventSourceContext<P> context, String label, List<Class<? extends HasMetadata>> kinds) {
        return new Informers<>(kinds.stream()
                .collect(Collectors.toUnmodifiableMap(Function.identity(), kind -> eventSource(context, label, kind))));
    }

    private static <R extends HasMetadata, P extends HasMetadata> InformerEventSource<R, P> eventSource(
            EventSourceContext<P> context, String label, Class<R> kind) {
        var configuration = InformerEventSourceConfiguration.from(kind, context.getPrimaryResourceClass())
                .withName("owned-" + HasMetadata.getPlural(kind))
                .withLabelSelector(Labels.MANAGED_BY + "=" + Labels.REDOUBT + "," + label)
                .withNamespacesInheritedFromController()
                .withSecondaryToPrimaryMapper(object -> Set.of(new ResourceID(
                        object.getMetadata().getLabels().get(label),
                        object.getMetadata().getNamespace())))
                .build();
        return new InformerEventSource<>(configuration, context);
    }

    /** The caches, for the controller to start and to hear from. */
    public List<EventSource<?, P>> eventSources() {
        return byKind.values().stream().<EventSource<?, P>>map(source -> source).toList();
    }

    @Override
    public <R extends HasMetadata> Optional<R> find(Class<R> kind, String namespace, String name) {
        return source(kind).get(new ResourceID(name, namespace));
    }

    @Override
    public <R extends HasMetadata> Stream<R> ownedBy(Owner owner, Class<R> kind) {
        return source(kind).list(owner.namespace(), owner::ownsInComponent);
    }

    /** Every object of {@code kind} that carries the label of {@code owner}: its pods, which a workload controls. */
    public <R extends HasMetadata> Stream<R> labelled(Owner owner, Class<R> kind) {
        return source(kind).list(owner.namespace(), object -> owner.name()
                .equals(object.getMetadata().getLabels().get(owner.label())));
    }

    /** So that the next pass sees it even before the watch does. */
    @Override
    public <R extends HasMetadata> void wrote(R written, Optional<R> previous) {
        @SuppressWarnings("unchecked")
        var source = source((Class<R>) written.getClass());
        var id = ResourceID.fromResource(written);
        previous.ifPresentOrElse(
                old -> source.handleRecentResourceUpdate(id, written, old),
                () -> source.handleRecentResourceCreate(id, written));
    }

    @SuppressWarnings("unchecked")
    private <R extends HasMetadata> InformerEventSource<R, P> source(Class<R> kind) {
        var source = byKind.get(kind);
        if (source == null) {
            throw new IllegalArgumentException("No watch on " + kind.getSimpleName());
        }
        return (InformerEventSource<R, P>) source;
    }
}
