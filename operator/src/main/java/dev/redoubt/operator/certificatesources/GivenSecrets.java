package dev.redoubt.operator.certificatesources;

import dev.redoubt.operator.owned.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/** The Secrets with certificates that resources name, those with the label that lets the operator read them; a change wakes who names it. */
public final class GivenSecrets<P extends HasMetadata> {
    private final InformerEventSource<Secret, P> source;

    /** @param names whether a resource takes its certificate from the Secret of this name */
    public GivenSecrets(EventSourceContext<P> context, BiPredicate<P, String> names) {
        var resources = context.getPrimaryCache();
        var configuration = InformerEventSourceConfiguration.from(Secret.class, context.getPrimaryResourceClass())
                .withName("given-certificates")
                .withLabelSelector(Labels.WATCH + "=" + Labels.TRUE)
                .withNamespacesInheritedFromController()
                .withSecondaryToPrimaryMapper(secret -> resources
                        .list(
                                secret.getMetadata().getNamespace(),
                                resource -> names.test(
                                        resource, secret.getMetadata().getName()))
                        .map(ResourceID::fromResource)
                        .collect(Collectors.toUnmodifiableSet()))
                .build();
        this.source = new InformerEventSource<>(configuration, context);
    }

    /** For the controller to start and to hear from. */
    public EventSource<Secret, P> eventSource() {
        return source;
    }

    /** The Secret, if it exists and carries the label. */
    Optional<Secret> find(String namespace, String name) {
        return source.get(new ResourceID(name, namespace));
    }
}
