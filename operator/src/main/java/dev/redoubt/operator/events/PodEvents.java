package dev.redoubt.operator.events;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Objects;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the cluster has said of a pod. */
public final class PodEvents {
    private static final Logger LOG = LoggerFactory.getLogger(PodEvents.class);
    private static final long MAX_EVENTS = 200;

    private final KubernetesClient client;

    public PodEvents(KubernetesClient client) {
        this.client = client;
    }

    /** The messages of a pod's Events, a line each, without repetition; empty if they cannot be read. */
    public String messages(String namespace, String pod) {
        try {
            var options = new ListOptionsBuilder()
                    .withLimit(MAX_EVENTS)
                    .withFieldSelector("involvedObject.name=" + pod)
                    .build();
            return client.v1().events().inNamespace(namespace).list(options).getItems().stream()
                    .map(Event::getMessage)
                    .filter(Objects::nonNull)
                    .distinct()
                    .sorted()
                    .collect(Collectors.joining("\n"));
        } catch (KubernetesClientException e) {
            LOG.atWarn()
                    .addKeyValue("pod", namespace + "/" + pod)
                    .addKeyValue("cause", e.getMessage())
                    .log("Events not read");
            return "";
        }
    }
}
