package dev.redoubt.operator.redisconf;

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

    /** Everything that only a start reads; the same for every Redis. */
    private static final String FIXED = """
            # Made by Redoubt; edits are undone.

            # Encrypted only: the plain port is off.
            port 0
            tls-port 6379
            tls-cert-file %1$s/tls.crt
            tls-key-file %1$s/tls.key
            tls-ca-cert-file %1$s/ca.crt
            tls-auth-clients optional
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

    private RedisConf() {}

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
