package dev.redoubt.operator.events;

import dev.redoubt.operator.status.ApiErrors;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Pause;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Records what happened to a resource as a Kubernetes Event. An Event that cannot be recorded is logged and never stops a pass. */
public final class EventRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    /** The API server takes no longer note. */
    private static final int MAX_NOTE = 1024;

    private final KubernetesClient client;
    private final Clock clock;
    private final String instance;

    /** @param instance which operator pod speaks */
    public EventRecorder(KubernetesClient client, Clock clock, String instance) {
        this.client = client;
        this.clock = clock;
        this.instance = instance;
    }

    /**
     * Records what is new in {@code verdict} against {@code previous}: that somebody has to act, or else that {@code resource} became
     * ready or is so no more. At most one Event, because both would say the same words.
     */
    public void recordTurn(HasMetadata resource, Optional<Condition> previous, Verdict verdict) {
        turn(previous, verdict).ifPresent(reason -> record(resource, reason, verdict.message()));
    }

    private static Optional<EventReason> turn(Optional<Condition> previous, Verdict verdict) {
        var wasReady = previous.filter(c -> "True".equals(c.getStatus())).isPresent();
        if (verdict.reason().isStalled()) {
            // What somebody has to mend has an Event of the same name.
            return had(previous, verdict.reason())
                    ? Optional.empty()
                    : Optional.of(EventReason.valueOf(verdict.reason().name()));
        }
        if (verdict.ready() == wasReady) {
            return Optional.empty();
        }
        if (verdict.ready()) {
            return Optional.of(
                    had(previous, Reason.ServerUnreachable) ? EventReason.ServerReachable : EventReason.Ready);
        }
        return Optional.of(
                verdict.reason() == Reason.ServerUnreachable ? EventReason.ServerUnreachable : EventReason.NotReady);
    }

    /**
     * Records what is new of the certificate of {@code resource}: that it is no more as it should be, ends soon, or is well again.
     *
     * @param previous the conditions that were said last
     * @param now those that are said now
     */
    public void recordCertificate(HasMetadata resource, List<Condition> previous, List<Condition> now) {
        var before = Conditions.find(previous, Conditions.CERTIFICATE_VALID);
        var after = Conditions.find(now, Conditions.CERTIFICATE_VALID);
        if (after.isEmpty() || before.filter(c -> sameWord(c, after.get())).isPresent()) {
            return;
        }
        var invalid = "False".equals(after.get().getStatus());
        if (invalid || had(after, Reason.CertificateExpiresSoon)) {
            record(
                    resource,
                    invalid ? EventReason.CertificateInvalid : EventReason.CertificateExpiresSoon,
                    after.get().getMessage());
        } else if (before.filter(c -> "False".equals(c.getStatus())).isPresent()) {
            record(resource, EventReason.CertificateValid, after.get().getMessage());
        }
    }

    /**
     * Records what is new of the configuration of a CacheService: that a replica does not take it over, or that all have it now.
     *
     * @param previous the conditions that were said last
     * @param now those that are said now
     */
    public void recordConfiguration(HasMetadata resource, List<Condition> previous, List<Condition> now) {
        var before = Conditions.find(previous, Conditions.CONFIG_APPLIED);
        var after = Conditions.find(now, Conditions.CONFIG_APPLIED);
        if (after.isEmpty() || before.filter(c -> sameWord(c, after.get())).isPresent()) {
            return;
        }
        if (had(after, Reason.ConfigurationRefused)) {
            record(resource, EventReason.ConfigurationRefused, after.get().getMessage());
        } else if (had(after, Reason.ConfigurationInForce)
                && before.filter(c -> "False".equals(c.getStatus())).isPresent()) {
            record(resource, EventReason.ConfigurationApplied, after.get().getMessage());
        }
    }

    private static boolean sameWord(Condition one, Condition other) {
        return one.getStatus().equals(other.getStatus()) && one.getReason().equals(other.getReason());
    }

    /**
     * Records that a pause of {@code resource} has begun or ended, if that is new.
     *
     * @param previous the conditions that were said last
     */
    public void recordPause(HasMetadata resource, List<Condition> previous) {
        var paused = Pause.isSet(resource);
        if (paused == had(Conditions.find(previous, Conditions.RECONCILING), Reason.Paused)) {
            return;
        }
        if (paused) {
            record(resource, EventReason.Paused, Pause.message(resource));
        } else {
            record(resource, EventReason.Resumed, "The pause has ended: what changed meanwhile is done now.");
        }
    }

    private static boolean had(Optional<Condition> previous, Reason reason) {
        return previous.filter(c -> reason.name().equals(c.getReason())).isPresent();
    }

    /** Records {@code note} about {@code resource}. */
    public void record(HasMetadata resource, EventReason reason, String note) {
        var metadata = resource.getMetadata();
        LOG.atInfo().addKeyValue("reason", reason).addKeyValue("note", note).log("Event");
        var event = new EventBuilder()
                .withNewMetadata()
                .withGenerateName(metadata.getName() + "-")
                .withNamespace(metadata.getNamespace())
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(clock.instant())))
                .withType(reason.type())
                .withReason(reason.name())
                .withAction(reason.name())
                .withNote(note.length() <= MAX_NOTE ? note : note.substring(0, MAX_NOTE))
                .withReportingController("redoubt.dev/operator")
                .withReportingInstance(instance)
                .withRegarding(new ObjectReferenceBuilder()
                        .withApiVersion(resource.getApiVersion())
                        .withKind(resource.getKind())
                        .withName(metadata.getName())
                        .withNamespace(metadata.getNamespace())
                        .withUid(metadata.getUid())
                        .build())
                .build();
        try {
            client.resource(event).create();
        } catch (KubernetesClientException e) {
            // In a namespace that goes nothing is made any more, and nobody waits for it.
            LOG.atLevel(ApiErrors.isOfGoingNamespace(e) ? Level.DEBUG : Level.WARN)
                    .addKeyValue("reason", reason)
                    .addKeyValue("cause", e.getMessage())
                    .log("Event not recorded");
        }
    }
}
