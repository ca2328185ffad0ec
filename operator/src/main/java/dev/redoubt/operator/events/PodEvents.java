package dev.redoubt.operator.events;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventSeries;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the cluster has said of a pod, and of what makes it. */
public final class PodEvents {
    private static final Logger LOG = LoggerFactory.getLogger(PodEvents.class);
    private static final long MAX_EVENTS = 200;
    private static final String FAILED = "FailedCreate";
    private static final Set<String> OUTCOMES = Set.of(FAILED, "SuccessfulCreate");
    private static final String ERROR = "failed error:";

    private final KubernetesClient client;

    public PodEvents(KubernetesClient client) {
        this.client = client;
    }

    /** The messages of a pod's Events, a line each, without repetition; empty if they cannot be read. */
    public String messages(String namespace, String pod) {
        return list(namespace, "involvedObject.name=" + pod).stream()
                .map(Event::getMessage)
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    /**
     * Why the controller of a StatefulSet cannot make a pod, or its claim: what the API server answered the last time; empty if it has
     * succeeded since, has not tried, or the Events cannot be read.
     */
    public Optional<String> refusal(String namespace, String statefulSet) {
        return list(namespace, "involvedObject.kind=StatefulSet,involvedObject.name=" + statefulSet).stream()
                .filter(event -> OUTCOMES.contains(String.valueOf(event.getReason())))
                .max(Comparator.comparing(PodEvents::time))
                .filter(last -> FAILED.equals(last.getReason()))
                .map(last -> reason(String.valueOf(last.getMessage())));
    }

    /** Behind {@code create Pod x in StatefulSet y failed error:}, which the reader knows. */
    private static String reason(String message) {
        var start = message.indexOf(ERROR);
        return start < 0 ? message : message.substring(start + ERROR.length()).strip();
    }

    private static String time(Event event) {
        return Stream.of(
                        Optional.ofNullable(event.getSeries())
                                .map(EventSeries::getLastObservedTime)
                                .map(MicroTime::getTime),
                        Optional.ofNullable(event.getLastTimestamp()),
                        Optional.ofNullable(event.getEventTime()).map(MicroTime::getTime))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse("");
    }

    private List<Event> list(String namespace, String fields) {
        try {
            var options = new ListOptionsBuilder()
                    .withLimit(MAX_EVENTS)
                    .withFieldSelector(fields)
                    .build();
            return client.v1().events().inNamespace(namespace).list(options).getItems();
        } catch (KubernetesClientException e) {
            LOG.atWarn()
                    .addKeyValue("namespace", namespace)
                    .addKeyValue("of", fields)
                    .addKeyValue("cause", e.getMessage())
                    .log("Events not read");
            return List.of();
        }
    }
}
