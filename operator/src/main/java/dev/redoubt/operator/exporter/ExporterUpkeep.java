package dev.redoubt.operator.exporter;

import dev.redoubt.operator.apply.Applied;
import dev.redoubt.operator.apply.Applier;
import dev.redoubt.operator.apply.AskedEachTime;
import dev.redoubt.operator.apply.Cluster;
import dev.redoubt.operator.apply.Known;
import dev.redoubt.operator.apply.StaleCacheException;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.events.EventRecorder;
import dev.redoubt.operator.monitoring.MonitoringApi;
import dev.redoubt.operator.owned.LastNoted;
import dev.redoubt.operator.owned.Owner;
import dev.redoubt.operator.status.ApiErrors;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the exporter of a resource as it is wanted, or gone. It is the last thing that a pass does, after it has said what it found:
 * whatever goes wrong here is an Event, and never a reason for the server to be called anything but what it is.
 */
public final class ExporterUpkeep {
    private static final Logger LOG = LoggerFactory.getLogger(ExporterUpkeep.class);
    private static final Duration NEXT_TRY = Duration.ofSeconds(30);
    private static final Duration AT_ONCE = Duration.ofSeconds(1);
    /** There is no watch on the Prometheus operator's kinds: so long a change of somebody else may last. */
    private static final Duration RECHECK = Duration.ofMinutes(10);

    private static final int MOST_COMPLAINTS = 1_000;

    private final Applier applier;
    private final Known asked;
    private final MonitoringApi api;
    private final EventRecorder events;
    /** What stays wrong is said once, not in every pass. */
    private final LastNoted complaints = new LastNoted(MOST_COMPLAINTS);

    public ExporterUpkeep(Cluster cluster, MonitoringApi api) {
        this.applier = new Applier(cluster);
        this.asked = new AskedEachTime(cluster.client());
        this.api = api;
        this.events = cluster.events();
    }

    /**
     * Makes, changes or deletes what is different.
     *
     * @param owner of the exporter's objects
     * @param wanted absent if none is wanted: then all of it is deleted
     * @param caches of what was made for {@code resource}
     * @return when to look again, if not only after an event
     */
    public <P extends HasMetadata> Optional<Duration> keep(
            P resource, Owner owner, Optional<ExporterModel> wanted, Known caches, Context<P> context) {
        try {
            return attempt(resource, owner, wanted, caches, context);
        } catch (StaleCacheException e) {
            return Optional.of(AT_ONCE);
        } catch (RuntimeException e) {
            // Any: the pass has said what it has to say of the server, and that is not to be taken back.
            return complain(resource, ApiErrors.explanation(e), e);
        }
    }

    private <P extends HasMetadata> Optional<Duration> attempt(
            P resource, Owner owner, Optional<ExporterModel> wanted, Known caches, Context<P> context) {
        var kinds = api.kinds();
        var written = new ArrayList<String>();
        var blocked = wanted.isPresent()
                ? make(owner, wanted.get(), kinds, caches, context, written)
                : Optional.<String>empty();
        if (wanted.isEmpty()) {
            written.addAll(applier.prune(owner, List.of(), ExporterObjects.KINDS, caches));
            written.addAll(applier.prune(owner, List.of(), kinds, asked));
        }
        if (!written.isEmpty()) {
            events.record(resource, EventReason.MonitoringChanged, String.join(", ", written) + ".");
        }
        if (blocked.isPresent()) {
            return complain(resource, blocked.get(), null);
        }
        complaints.forget(resource.getMetadata().getUid());
        return wanted.isPresent() && !kinds.isEmpty() ? Optional.of(RECHECK) : Optional.empty();
    }

    /** What is in the way, if something is. */
    private <P extends HasMetadata> Optional<String> make(
            Owner owner,
            ExporterModel model,
            List<Class<? extends HasMetadata>> kinds,
            Known caches,
            Context<P> context,
            List<String> written) {
        return apply(owner, ExporterObjects.render(model), caches, context, written)
                .or(() -> apply(owner, ExporterMonitors.render(model, kinds), asked, context, written));
    }

    private <P extends HasMetadata> Optional<String> apply(
            Owner owner, List<HasMetadata> desired, Known known, Context<P> context, List<String> written) {
        return switch (applier.apply(owner, desired, known, context)) {
            case Applied.Done(var changes) -> {
                written.addAll(changes);
                yield Optional.empty();
            }
            case Applied.Blocked(var verdict) -> Optional.of(verdict.message());
        };
    }

    private Optional<Duration> complain(HasMetadata resource, String complaint, @Nullable Exception cause) {
        if (complaints.isNew(resource.getMetadata().getUid(), complaint)) {
            LOG.atWarn().setCause(cause).log("The exporter is not as it should be");
            events.record(resource, EventReason.MonitoringIncomplete, complaint);
        }
        return Optional.of(NEXT_TRY);
    }
}
