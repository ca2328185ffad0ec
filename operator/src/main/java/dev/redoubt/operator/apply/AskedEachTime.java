package dev.redoubt.operator.apply;

import dev.redoubt.operator.owned.Owner;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.stream.Stream;

/** What the API server says when it is asked: for kinds that come and go with somebody else's definitions, on which no watch can stand. */
public record AskedEachTime(KubernetesClient client) implements Known {
    @Override
    public <R extends HasMetadata> Optional<R> find(Class<R> kind, String namespace, String name) {
        return Optional.ofNullable(
                client.resources(kind).inNamespace(namespace).withName(name).get());
    }

    @Override
    public <R extends HasMetadata> Stream<R> ownedBy(Owner owner, Class<R> kind) {
        return client
                .resources(kind)
                .inNamespace(owner.namespace())
                .withLabels(owner.selector())
                .list()
                .getItems()
                .stream()
                .filter(owner::ownsInComponent);
    }

    /** Nothing to note: it is asked the next time. */
    @Override
    public <R extends HasMetadata> void wrote(R written, Optional<R> previous) {}
}
