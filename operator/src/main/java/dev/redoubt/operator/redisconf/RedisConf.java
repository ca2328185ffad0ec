package dev.redoubt.operator.redisconf;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The redis.conf of a server: text that redis 7.0 and 8.0 and valkey 8.1 all take, because a server refuses to start on a
 * directive that it does not know.
 */
public final class RedisConf {
    /** Directory of redis.conf in the pod. */
    public static final String CONFIG_DIR = "/etc/redoubt/redis";
    /** Directory of users.acl in the pod. */
    public static final String ACL_DIR = "/etc/redoubt/acl";
    /** Directory of certificate, key and authority in the pod. */
    public static final String TLS_DIR = "/etc/redoubt/tls";
    /** The data volume in the pod. */
    public static final String DATA_DIR = "/data";

    public static final String CONFIG_FILE = "redis.conf";
    public static final String ACL_FILE = "users.acl";
    /** In the directory of the server's certificate: what the probes present where clients have to. */
    public static final String PROBE_CERTIFICATE = "probe.crt";

    public static final String PROBE_KEY = "probe.key";

    /** Everything that only a start reads; the same for every Redis. */
    private static final String FIXED = """
            # Made by Redoubt; edits are undone.

            # Encrypted only: the plain port is off.
            port 0
            tls-port 6379
            tls-cert-file %1$s/tls.crt
            tls-key-file %1$s/tls.key
            tls-ca-cert-file %1$s/ca.crt
            tls-protocols "TLSv1.2 TLSv1.3"
            tls-replication yes

            # Known users only; what can turn the server against its owner is locked.
            aclfile %2$s/users.acl
            acl-pubsub-default resetchannels
            protected-mode yes
            enable-debug-command no
            enable-module-command no
            enable-protected-configs no

            # All clients together may use a tenth of maxmemory; the greediest are dropped first. That bounds large
            # answers as well, so one reply has no limit of its own.
            maxmemory-clients 10%%
            client-output-buffer-limit normal 0 0 0
            client-output-buffer-limit replica 256mb 64mb 60
            client-output-buffer-limit pubsub 32mb 8mb 60
            tcp-keepalive 60

            # What cannot be persisted is not accepted.
            dir %3$s
            stop-writes-on-bgsave-error yes
            aof-use-rdb-preamble yes

            # The kubelet watches the process and reads its output.
            daemonize no
            logfile ""
            loglevel notice
            """.formatted(TLS_DIR, ACL_DIR, DATA_DIR);

    /**
     * The lines of the text above that guard the server, as CONFIG GET tells them. They never change by a specification, so
     * another value is somebody's doing.
     */
    private static final SortedMap<String, String> GUARDED =
            Collections.unmodifiableSortedMap(new TreeMap<>(Map.ofEntries(
                    Map.entry("port", "0"),
                    Map.entry("tls-protocols", "TLSv1.2 TLSv1.3"),
                    Map.entry("tls-replication", "yes"),
                    Map.entry("acl-pubsub-default", "resetchannels"),
                    Map.entry("protected-mode", "yes"),
                    Map.entry("enable-debug-command", "no"),
                    Map.entry("enable-module-command", "no"),
                    Map.entry("enable-protected-configs", "no"),
                    Map.entry("maxmemory-clients", "10%"),
                    Map.entry(
                            "client-output-buffer-limit",
                            "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60"),
                    Map.entry("stop-writes-on-bgsave-error", "yes"))));

    /** A running server refuses to change these: only a start reads them. */
    private static final Set<String> ONLY_AT_START =
            Set.of("enable-debug-command", "enable-module-command", "enable-protected-configs");

    private RedisConf() {}

    /** The parameters that guard the server, with the value that each has to have, as CONFIG GET tells it. */
    public static SortedMap<String, String> guarded() {
        return GUARDED;
    }

    /** Of the guarded parameters those that {@code running} has otherwise and that CONFIG SET can put right. */
    public static SortedMap<String, String> repairs(Map<String, String> running) {
        var repairs = new TreeMap<>(GUARDED);
        repairs.keySet().removeAll(ONLY_AT_START);
        repairs.entrySet()
                .removeIf(entry -> entry.getValue().equals(running.getOrDefault(entry.getKey(), entry.getValue())));
        return repairs;
    }

    /** The file's text. */
    public static String render(LiveSettings live) {
        var lines = live.values().entrySet().stream()
                .map(entry -> entry.getKey() + " " + quoted(entry.getValue()))
                .collect(Collectors.joining("\n"));
        return FIXED + "\n# Changed on the running server too, without a restart.\n" + lines + "\n";
    }

    /** The part of the text that takes a restart to change. */
    public static String restartOnly() {
        return FIXED;
    }

    /** An empty value has to be written as such; save points are words of their own. */
    private static String quoted(String value) {
        return value.isEmpty() ? "\"\"" : value;
    }
}
