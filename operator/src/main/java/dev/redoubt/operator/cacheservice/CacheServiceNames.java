package dev.redoubt.operator.cacheservice;

import dev.redoubt.operator.certificates.ServerNames;
import java.util.List;

/** The names of everything that belongs to one CacheService. */
public record CacheServiceNames(String service, String namespace, String clusterDomain) {
    /** Deployment, Service, ServiceAccount, NetworkPolicy and PodDisruptionBudget. */
    public String base() {
        return service + "-cache-service";
    }

    public String configMap() {
        return base() + "-config";
    }

    public String tlsSecret() {
        return base() + "-tls";
    }

    /** The Secret with the authority's key, which only the operator reads. */
    public String authoritySecret() {
        return base() + "-ca";
    }

    /** The Secret with the hash of each client's API key, which the service reads. */
    public String clientsSecret() {
        return base() + "-clients";
    }

    /** The Secret that the client named {@code client} binds to. */
    public String clientSecret(String client) {
        return service + "-client-" + client;
    }

    /** Where clients reach the service. */
    public String url() {
        return "https://" + base() + "." + namespace + ".svc";
    }

    /** The Secret, and the Certificate, that cert-manager issues the service's certificate into and by. */
    public String issuedSecret() {
        return issuedSecret(service);
    }

    /** The same for the CacheService of this name. */
    static String issuedSecret(String service) {
        return service + "-cache-service-issued";
    }

    /** Those names that a certificate must have that somebody else has issued. */
    public List<String> neededNames() {
        return List.of(base() + "." + namespace + ".svc");
    }

    /** Every name that anybody may dial. */
    public ServerNames certificateNames() {
        return new ServerNames(
                List.of(
                        "localhost",
                        base(),
                        base() + "." + namespace,
                        base() + "." + namespace + ".svc",
                        base() + "." + namespace + ".svc." + clusterDomain),
                List.of("127.0.0.1"));
    }
}
