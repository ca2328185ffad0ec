package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.events.EventRecorder;
import dev.redoubt.operator.redisconf.LiveSettings;
import dev.redoubt.operator.redisconf.RedisConf;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.server.ServerHealth;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerTarget;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The running server of a Redis: whether it answers, and what it has to take over. */
final class ServerSync {
    private final RedisServers servers;
    private final ServerUsers users;
    private final EventRecorder events;

    ServerSync(RedisServers servers, ServerUsers users, EventRecorder events) {
        this.servers = servers;
        this.users = users;
        this.events = events;
    }

    /** What is known of the server in {@code pod}; it is watched from now on. */
    ServerHealth observe(RedisModel model, Pod pod) {
        return observe(
                model.names(),
                pod,
                model.credentials().allOf(AclUser.OPERATOR),
                model.identity().authority().certificatePem());
    }

    /** The same for a server that is known by the operator's passwords and its authority alone. */
    ServerHealth observe(RedisNames names, Pod pod, List<Password> passwords, String authorityPem) {
        var address = pod.getStatus() == null ? null : pod.getStatus().getPodIP();
        if (address == null || address.isBlank()) {
            forget(names);
            return new ServerHealth.Unknown();
        }
        return servers.observe(
                names.server(0),
                new ServerTarget(
                        names.podHost(0),
                        address(names.podHost(0), address),
                        RedisNames.PORT,
                        AclUser.OPERATOR.userName(),
                        passwords,
                        authorityPem));
    }

    /** What is known of the server by the connection that there is. */
    ServerHealth health(RedisNames names) {
        return servers.health(names.server(0));
    }

    /** The pod is gone, or going: its server is not asked any more. */
    void forget(RedisNames names) {
        users.forget(names.server(0));
        servers.forget(names.server(0));
    }

    /**
     * Makes the server have the users of {@code model}.
     *
     * @param changed whether it was last told others
     * @return whether it had to be told something
     */
    boolean takesOverUsers(RedisModel model, Answering server, boolean changed) {
        return users.sync(model.serverId(), server.runId(), model.users(), changed);
    }

    /** The parameters that the server has to take over, with their new values. */
    Map<String, String> pending(RedisModel model) {
        var parameters = model.live().values().keySet().toArray(String[]::new);
        return model.live().differingFrom(servers.configuration(model.serverId(), parameters));
    }

    /** Makes the server take over {@code values}. */
    void configure(Redis redis, RedisModel model, Map<String, String> values) {
        servers.configure(model.serverId(), values);
        events.record(
                redis,
                EventReason.ConfigurationApplied,
                "Set without a restart: "
                        + values.entrySet().stream()
                                .map(entry -> entry.getKey() + " = " + entry.getValue())
                                .collect(Collectors.joining(", "))
                        + ".");
    }

    /**
     * Whether the server presents another certificate than the one that was issued last. Only a pod that is older than the
     * certificate can, so no other is asked.
     */
    boolean servesOldCertificate(RedisModel model, Pod pod) {
        var certificate = model.identity().server();
        var started = pod.getStatus().getStartTime();
        return started != null
                && Instant.parse(started).isBefore(certificate.issuedAt())
                && !servers.servedSerial(model.serverId()).equals(certificate.serial());
    }

    /**
     * Makes the server read its certificate files again, which it does when they are set, even to the same paths.
     *
     * @return whether it presents the new one now; the kubelet brings changed files a little later
     */
    boolean reloadCertificate(Redis redis, RedisModel model) {
        servers.configure(
                model.serverId(),
                Map.of(
                        "tls-cert-file", RedisConf.TLS_DIR + "/tls.crt",
                        "tls-key-file", RedisConf.TLS_DIR + "/tls.key"));
        var serial = model.identity().server().serial();
        if (!servers.servedSerial(model.serverId()).equals(serial)) {
            return false;
        }
        events.record(
                redis,
                EventReason.CertificateRenewed,
                "The server presents its new certificate, serial " + serial + ", valid until "
                        + model.identity().server().notAfter() + ".");
        return true;
    }

    /** Whether {@code values} lets the server hold more data than it does now. */
    static boolean raisesMemory(Map<String, String> values) {
        return values.containsKey(LiveSettings.MAXMEMORY);
    }

    /** A pod's address is a number, never a name, so this asks no DNS server; it is given the name that it stands for. */
    private static InetAddress address(String host, String number) {
        try {
            return InetAddress.getByAddress(host, InetAddress.getByName(number).getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("The pod has the address '" + number + "', which is none", e);
        }
    }
}
