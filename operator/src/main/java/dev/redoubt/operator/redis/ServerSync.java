package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.certificates.CertificateIssuer;
import dev.redoubt.operator.certificates.KeyedCertificate;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.events.EventRecorder;
import dev.redoubt.operator.owned.ContentHash;
import dev.redoubt.operator.owned.LastNoted;
import dev.redoubt.operator.redisconf.LiveSettings;
import dev.redoubt.operator.redisconf.RedisConf;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.server.ServerHealth;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerTarget;
import io.fabric8.kubernetes.api.model.Pod;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The running server of a Redis: whether it answers, and what it has to take over. */
final class ServerSync {
    private static final int MOST_PODS = 10_000;

    private final RedisServers servers;
    private final ServerUsers users;
    private final EventRecorder events;
    private final String tlsDir;
    /** The certificates that a pod's server was seen to have. */
    private final LastNoted taken = new LastNoted(MOST_PODS);

    ServerSync(RedisServers servers, ServerUsers users, EventRecorder events) {
        this(servers, users, events, RedisConf.TLS_DIR);
    }

    /** @param tlsDir where the server finds its certificates */
    ServerSync(RedisServers servers, ServerUsers users, EventRecorder events, String tlsDir) {
        this.tlsDir = tlsDir;
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
                model.identity().bundle(),
                Optional.ofNullable(model.identity().clients().get(AclUser.OPERATOR.userName())));
    }

    /** The same for a server that is known by the operator's passwords, its authorities, and what the operator presents, alone. */
    ServerHealth observe(
            RedisNames names,
            Pod pod,
            List<Password> passwords,
            String authorityPem,
            Optional<KeyedCertificate> presented) {
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
                        authorityPem,
                        presented));
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
     * @param changed whether it was last told others, or was never looked at
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

    /** The certificates that {@code model}'s pod mounts, as one word. */
    static String certificates(RedisModel model) {
        return ContentHash.of(model.identity().serverSecret());
    }

    /**
     * Whether the server presents the certificate, and trusts the authorities, that it has to. Once that is seen of a pod, it is not asked
     * again: what a server has read it keeps, and what it reads after a restart is newer.
     */
    boolean hasItsCertificates(RedisModel model, Pod pod) {
        var wanted = certificates(model);
        if (taken.isNoted(pod.getMetadata().getUid(), wanted)) {
            return true;
        }
        var has = presents(model) && trusts(model);
        if (has) {
            taken.isNew(pod.getMetadata().getUid(), wanted);
        }
        return has;
    }

    private boolean presents(RedisModel model) {
        return servers.servedSerial(model.serverId())
                .equals(model.identity().server().serial());
    }

    /** The newest authority came into the file last. Only a handshake shows what the server has read of it. */
    private boolean trusts(RedisModel model) {
        var authority = model.identity().authority();
        return servers.admits(
                model.serverId(), CertificateIssuer.proofOf(authority.next().orElse(authority.current())));
    }

    /**
     * Makes the server read its certificate files again, which it does when they are set, even to the same paths.
     *
     * @return whether it has the new ones now; the kubelet brings changed files a little later
     */
    boolean reloadCertificates(Redis redis, RedisModel model, Pod pod) {
        var before = servers.servedSerial(model.serverId());
        servers.configure(
                model.serverId(),
                Map.of(
                        "tls-cert-file", tlsDir + "/" + CertificateIssuer.CERTIFICATE,
                        "tls-key-file", tlsDir + "/" + CertificateIssuer.KEY,
                        "tls-ca-cert-file", tlsDir + "/" + CertificateIssuer.CA_CERTIFICATE));
        var serial = model.identity().server().serial();
        if (!before.equals(serial) && presents(model)) {
            events.record(
                    redis,
                    EventReason.CertificateRenewed,
                    "The server presents its new certificate, serial " + serial + ", valid until "
                            + model.identity().server().notAfter() + ".");
        }
        return hasItsCertificates(model, pod);
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
