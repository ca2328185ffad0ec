package dev.redoubt.operator.redis;

/**
 * What differs between the engines, in their official images as in ours: the programs' names. Both run as user and group
 * 999, which is what the official images make for them.
 */
public enum ServerProgram {
    REDIS("redis-server", "redis-cli"),
    VALKEY("valkey-server", "valkey-cli");

    /** User, group and volume group of the server's process. */
    public static final long UID = 999;

    private final String server;
    private final String cli;

    ServerProgram(String server, String cli) {
        this.server = server;
        this.cli = cli;
    }

    public String server() {
        return server;
    }

    public String cli() {
        return cli;
    }
}
