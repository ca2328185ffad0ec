package dev.redoubt.operator.memory;

import java.util.Map;

/** Whether a server gets onto its volume what it has to write; what matters most, if several are true. */
public enum WriteState {
    /** What it wrote last is there. */
    SUCCEED,
    /** The last write to the append-only file failed: it refuses writes. */
    APPEND_FAILS,
    /** The last snapshot failed: it refuses writes, if it is to make snapshots. */
    SNAPSHOT_FAILS,
    /** The append-only file could not be rewritten: it serves, and the file grows. */
    REWRITE_FAILS,
    /** The server does not answer. */
    UNKNOWN;

    /** By the lines of INFO persistence. What is not there is no failure. */
    static WriteState of(Map<String, String> info) {
        var appends = "1".equals(info.get("aof_enabled"));
        if (appends && failed("aof_last_write_status", info)) {
            return APPEND_FAILS;
        }
        if (failed("rdb_last_bgsave_status", info)) {
            return SNAPSHOT_FAILS;
        }
        return appends && failed("aof_last_bgrewrite_status", info) ? REWRITE_FAILS : SUCCEED;
    }

    private static boolean failed(String field, Map<String, String> info) {
        return !"ok".equals(info.getOrDefault(field, "ok"));
    }
}
