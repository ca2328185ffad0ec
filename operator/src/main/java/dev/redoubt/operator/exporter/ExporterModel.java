package dev.redoubt.operator.exporter;

import dev.redoubt.api.v1alpha1.Scheduling;
import dev.redoubt.operator.certificates.KeyedCertificate;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.owned.Owner;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that is to know of the exporter of one Redis.
 *
 * @param owner the Redis, with the exporter's component: its pods must not be taken for pods of the server
 * @param name of each of its objects
 * @param monitoringLabels by which the Prometheus operator selects its ServiceMonitor and PrometheusRule
 */
public record ExporterModel(
        Owner owner,
        String name,
        String image,
        Server server,
        ResourceRequirements resources,
        Scheduling scheduling,
        Map<String, String> monitoringLabels) {
    /** Suffix of object names and value of the component label. */
    public static final String COMPONENT = "redis-exporter";

    /** The port of the metrics. */
    public static final int PORT = 9121;

    public ExporterModel {
        monitoringLabels = new TreeMap<>(monitoringLabels);
    }

    /**
     * The server that it asks. Prints no password.
     *
     * @param host a name in the server's certificate
     * @param user the ACL user
     * @param authorityPem the certificates of which one must have issued the server's
     * @param certificate what the exporter presents, if the server wants it to
     * @param podLabels the labels of the server's pods
     */
    public record Server(
            String host,
            int port,
            String user,
            Password password,
            String authorityPem,
            Optional<KeyedCertificate> certificate,
            Map<String, String> podLabels) {
        /** What the exporter dials. */
        String url() {
            return "rediss://" + host + ":" + port;
        }

        /** Under which the exporter looks the password up. */
        String urlWithUser() {
            return "rediss://" + user + "@" + host + ":" + port;
        }
    }
}
