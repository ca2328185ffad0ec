package dev.redoubt.operator.acl;

import dev.redoubt.operator.acl.ServerUser.Login;
import java.util.Set;
import java.util.TreeSet;

/**
 * The users of every Redis that the operator makes, and the least each needs: the one place where that is decided.
 * A rule may name only what Redis 7.0 already knows, because a server refuses to start on an ACL file with an unknown
 * word; that is why newer commands arrive by category.
 */
public enum AclUser {
    /**
     * Off, so that nobody is this user. An ACL file without this line would leave it open to anybody. Its rights are all of them, because
     * a server that reads its append-only file runs each transaction and each script in it with them: without, it drops these
     * writes at every start, and says so in its log only.
     */
    DEFAULT("default", Login.OFF, "~* &* +@all"),

    /**
     * The application. All data commands on all keys and channels; nothing that administers the server or that can
     * stop it for everybody (KEYS, FLUSHALL, SORT, MIGRATE, MONITOR, CONFIG, DEBUG, SHUTDOWN ...). INFO is given back
     * because client libraries and smoke tests read the version with it.
     */
    APP("app", Login.PASSWORD, "~* &* +@all -@admin -@dangerous +info"),

    /**
     * The cache service: the commands that it sends, and what its scripts call (EVAL for a server that has not seen a script yet,
     * PEXPIRE for tags, TIME, GETEX and the sorted-set commands for rate limits, CLIENT TRACKING for its near cache), on its own key and channel prefix. HELLO and AUTH, which log it in, take no
     * right. The service's {@code Commands} is the other side of this line.
     */
    SERVICE(
            "service",
            Login.PASSWORD,
            "resetkeys ~redoubt:* resetchannels &redoubt:* -@all +ping +get +set +unlink +pexpire +evalsha +eval"
                    + " +client|tracking +getex +time +zadd +zcard +zremrangebyscore"),

    /**
     * The operator: reads and sets configuration, manages ACL users, asks what users may do; touches no data. Its
     * connection category brings AUTH, HELLO, PING and CLIENT.
     */
    OPERATOR(
            "operator",
            Login.PASSWORD,
            "resetkeys resetchannels -@all +@connection +info +config|get +config|set"
                    + " +acl|users +acl|setuser +acl|getuser +acl|deluser +acl|dryrun +acl|whoami"),

    /**
     * The metrics exporter: the six commands that it sends, and no key. SLOWLOG GET shows the arguments of slow commands; without it
     * every scrape would be a denial in the ACL log. Not CONFIG GET, which shows the password that a replica logs in with.
     */
    EXPORTER(
            "exporter",
            Login.PASSWORD,
            "resetkeys resetchannels -@all +info +client|setname +slowlog|get +slowlog|len +latency|latest +latency|histogram"),

    /** A replica that follows this server: the three commands of the replication handshake. */
    REPLICATION("replication", Login.PASSWORD, "resetkeys resetchannels -@all +psync +replconf +ping"),

    /**
     * The kubelet's probes. Needs no password, so that no probe carries a secret in its arguments, and can do nothing
     * but PING and ECHO.
     */
    PROBE("probe", Login.NO_PASSWORD, "resetkeys resetchannels -@all +ping +echo");

    private final String userName;
    private final Login login;
    private final String rules;

    AclUser(String userName, Login login, String rules) {
        this.userName = userName;
        this.login = login;
        this.rules = rules;
    }

    /** The name that a client logs in with. */
    public String userName() {
        return userName;
    }

    /** Keys, channels and commands, as an ACL file writes them. */
    public String rules() {
        return rules;
    }

    /** Whether this user logs in with a password. */
    public boolean hasPassword() {
        return login == Login.PASSWORD;
    }

    /**
     * This user of one server.
     *
     * @param hashes SHA-256 of its passwords; none if it has none
     */
    ServerUser withHashes(Set<String> hashes) {
        return new ServerUser(userName, login, new TreeSet<>(hashes), rules);
    }
}
