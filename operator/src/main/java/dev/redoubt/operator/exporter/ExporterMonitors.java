package dev.redoubt.operator.exporter;

import dev.redoubt.operator.monitoring.PrometheusRule;
import dev.redoubt.operator.monitoring.ServiceMonitor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What makes the Prometheus operator scrape an exporter and alert on what it says. */
public final class ExporterMonitors {
    /** In the file of alerts: every Redis. Replaced by the one that a rule is for. */
    private static final String EVERY_REDIS = "redis!=\"\"";

    private static final String ALERTS = readAlerts();

    private ExporterMonitors() {}

    /** Those of {@code kinds} that there are for an exporter: its ServiceMonitor, its PrometheusRule. */
    public static List<HasMetadata> render(ExporterModel model, List<Class<? extends HasMetadata>> kinds) {
        return List.<HasMetadata>of(serviceMonitor(model), prometheusRule(model)).stream()
                .filter(object -> kinds.contains(object.getClass()))
                .toList();
    }

    /** The label {@code redis} on everything that is scraped says whose it is; the namespace's is added by itself. */
    private static ServiceMonitor serviceMonitor(ExporterModel model) {
        var relabeling = Map.of(
                // The default: what is not written here would be added there, and look like somebody's change.
                "action",
                "replace",
                "sourceLabels",
                List.of("__meta_kubernetes_service_label_"
                        + model.owner().label().replaceAll("[./]", "_")),
                "targetLabel",
                "redis");
        var endpoint = new TreeMap<String, Object>(Map.of(
                "port",
                ExporterObjects.PORT_NAME,
                "interval",
                "30s",
                "scrapeTimeout",
                "10s",
                "relabelings",
                List.of(new TreeMap<>(relabeling))));
        var monitor = new ServiceMonitor();
        monitor.setMetadata(metadata(model));
        monitor.setSpec(new TreeMap<>(
                Map.of("selector", Map.of("matchLabels", model.owner().selector()), "endpoints", List.of(endpoint))));
        return monitor;
    }

    private static PrometheusRule prometheusRule(ExporterModel model) {
        var only = "namespace=\"%s\", redis=\"%s\""
                .formatted(model.owner().namespace(), model.owner().name());
        // A namespace and a name hold nothing that YAML or PromQL would read otherwise.
        var rules = "spec:\n" + ALERTS.replace(EVERY_REDIS, only).indent(2);
        var rule = Serialization.unmarshal(rules, PrometheusRule.class);
        rule.setMetadata(metadata(model));
        return rule;
    }

    private static ObjectMeta metadata(ExporterModel model) {
        // Ours win: without them the objects would not be found again.
        var labels = new TreeMap<>(model.monitoringLabels());
        labels.putAll(model.owner().labels());
        return new ObjectMetaBuilder(model.owner().metadata(model.name()))
                .withLabels(labels)
                .build();
    }

    private static String readAlerts() {
        try (var file = ExporterMonitors.class.getResourceAsStream("alerts.yaml")) {
            return new String(Objects.requireNonNull(file, "alerts.yaml").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
