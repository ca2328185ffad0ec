package dev.redoubt.operator.apply;

import dev.redoubt.operator.owned.Owner;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;
import java.util.stream.Stream;

/** What is known of the cluster's objects before something is written. */
public interface Known {
    /** The object of this kind and name as it was last seen or written. */
    <R extends HasMetadata> Optional<R> find(Class<R> kind, String namespace, String name);

    /** Every object of {@code kind} that belongs to the component of {@code owner}. */
    <R extends HasMetadata> Stream<R> ownedBy(Owner owner, Class<R> kind);

    /** Notes that {@code written} is the newest state. */
    <R extends HasMetadata> void wrote(R written, Optional<R> previous);
}
