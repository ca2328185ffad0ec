package dev.redoubt.operator.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A watch on objects that resources name in their specification: a change of one wakes who refers to it, in its namespace. */
public final class ReferentWatch {
    private ReferentWatch() {}

    /**
     * A watch on objects of one kind.
     *
     * @param name of the watch, unique for its controller
     * @param selector of labels; null = every object of the kind
     * @param refersTo whether a resource names an object of this name
     * @param <R> the kind that is referred to
     * @param <P> the kind that refers
     */
    public static <R extends HasMetadata, P extends HasMetadata> InformerEventSource<R, P> of(
            EventSourceContext<P> context,
            String name,
            Class<R> kind,
            @Nullable String selector,
            BiPredicate<P, String> refersTo) {
        var primaries = context.getPrimaryCache();
        var configuration = InformerEventSourceConfiguration.from(kind, context.getPrimaryResourceClass())
                .withName(name)
                .withNamespacesInheritedFromController()
                .withSecondaryToPrimaryMapper(referent -> primaries
                        .list(
                                referent.getMetadata().getNamespace(),
                                primary -> refersTo.test(
                                        primary, referent.getMetadata().getName()))
                        .map(ResourceID::fromResource)
                        .collect(Collectors.toUnmodifiableSet()));
        if (selector != null) {
            configuration.withLabelSelector(selector);
        }
        return new InformerEventSource<>(configuration.build(), context);
    }
}
