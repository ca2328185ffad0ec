package dev.redoubt.operator.redis;

import dev.redoubt.operator.certificates.ServerNames;
import dev.redoubt.operator.exporter.ExporterModel;
import dev.redoubt.operator.server.ServerId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The names of everything that belongs to one Redis.
 *
 * @param redis the resource's name
 * @param clusterDomain such as {@code cluster.local}
 */
public record RedisNames(String redis, String namespace, String clusterDomain) {
    /** The port of the server, TLS only. */
    public static final int PORT = 6379;

    /** StatefulSet, client Service, NetworkPolicy and ServiceAccount. */
    public String base() {
        return redis + "-redis";
    }

    /** The headless Service that gives pods their names. */
    public String headlessService() {
        return base() + "-nodes";
    }

    public String configMap() {
        return base() + "-config";
    }

    /** The Secret with all plain passwords, which only the operator reads. */
    public String credentialsSecret() {
        return base() + "-credentials";
    }

    public String aclSecret() {
        return base() + "-acl";
    }

    /** The Secret with the authority's key, which only the operator reads. */
    public String authoritySecret() {
        return base() + "-ca";
    }

    public String tlsSecret() {
        return base() + "-tls";
    }

    /** The Secret that applications bind to. */
    public String bindingSecret() {
        return redis + "-binding";
    }

    /** The Secret that cache services bind to. */
    public String serviceBindingSecret() {
        return serviceBindingSecret(redis);
    }

    /** {@link #serviceBindingSecret()} of the Redis named {@code redis}. */
    public static String serviceBindingSecret(String redis) {
        return redis + "-redis-service-binding";
    }

    /** Every object of the metrics exporter. */
    public String exporter() {
        return redis + "-" + ExporterModel.COMPONENT;
    }

    public String pod(int ordinal) {
        return base() + "-" + ordinal;
    }

    /** The server in the pod {@code ordinal}. */
    public ServerId server(int ordinal) {
        return new ServerId(namespace, redis, pod(ordinal));
    }

    /** The claim that the StatefulSet makes for the pod {@code ordinal}. */
    public String claim(int ordinal) {
        return "data-" + pod(ordinal);
    }

    /** The name under which clients reach the server: it resolves in every namespace and on every search path. */
    public String host() {
        return base() + "." + namespace + ".svc";
    }

    /** The pod's own name, which the operator verifies when it connects to that pod. */
    public String podHost(int ordinal) {
        return pod(ordinal) + "." + headlessService() + "." + namespace + ".svc";
    }

    /** The Secret, and the Certificate, that cert-manager issues the server's certificate into and by. */
    public String issuedSecret() {
        return issuedSecret(redis);
    }

    /** The same for the Redis of this name. */
    static String issuedSecret(String redis) {
        return redis + "-redis-issued";
    }

    /** Those names that a certificate must have that somebody else has issued: clients dial one, operator and exporter the other. */
    public List<String> neededNames() {
        return List.of(host(), podHost(0));
    }

    /** Every name that anybody may dial: the certificate is valid for all of them. */
    public ServerNames certificateNames(int replicas) {
        var dns = new ArrayList<String>();
        dns.add("localhost");
        dns.addAll(forms(base()));
        IntStream.range(0, replicas).forEach(ordinal -> dns.addAll(forms(pod(ordinal) + "." + headlessService())));
        return new ServerNames(dns, List.of("127.0.0.1"));
    }

    private List<String> forms(String name) {
        return List.of(
                name,
                name + "." + namespace,
                name + "." + namespace + ".svc",
                name + "." + namespace + ".svc." + clusterDomain);
    }
}
