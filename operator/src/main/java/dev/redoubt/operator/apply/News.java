package dev.redoubt.operator.apply;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Wakes passes for what no watched object tells: what somebody was asked, on the network or at an interval.
 *
 * @param <P> the kind of resource
 */
public final class News<P extends HasMetadata> extends AbstractEventSource<Void, P> {
    private final Consumer<Consumer<ResourceID>> listen;

    /**
     * News of one resource at a time.
     *
     * @param name of this source, in the framework's log and metrics
     * @param listen called once, before the first pass; what it is given wakes the pass of a resource, and may be called on any thread
     */
    public News(String name, Consumer<Consumer<ResourceID>> listen) {
        super(Void.class, name);
        this.listen = listen;
    }

    /**
     * News that concern many resources alike.
     *
     * @param concerned who they are at the moment of the news
     * @param listen called once, before the first pass; what it is given wakes the pass of each of them
     */
    public static <P extends HasMetadata> News<P> toAll(
            String name, Supplier<Stream<P>> concerned, Consumer<Runnable> listen) {
        return new News<>(
                name,
                wake -> listen.accept(
                        () -> concerned.get().map(ResourceID::fromResource).forEach(wake)));
    }

    @Override
    public void start() {
        super.start();
        listen.accept(resource -> getEventHandler().handleEvent(new Event(resource)));
    }

    @Override
    public Set<Void> getSecondaryResources(P resource) {
        return Set.of();
    }
}
