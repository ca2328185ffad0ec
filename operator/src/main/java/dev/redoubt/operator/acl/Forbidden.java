package dev.redoubt.operator.acl;

import java.util.List;
import java.util.stream.Stream;

/**
 * What no RedisUser may be able to run: what the server is asked about each before there is one. Each is a command as a client would
 * send it, with as many words as it needs, because a server refuses a wrong number before it looks at rights.
 */
public final class Forbidden {
    /** The SHA-1 of nothing that is there. */
    private static final String SHA = "0".repeat(40);

    private static final List<List<String>> COMMANDS = Stream.of(
                    // What the operator may do, and users.
                    "ACL CAT",
                    "ACL DELUSER app",
                    "ACL DRYRUN app GET k",
                    "ACL GENPASS",
                    "ACL GETUSER app",
                    "ACL LIST",
                    "ACL LOAD",
                    "ACL LOG",
                    "ACL SAVE",
                    "ACL SETUSER app +@all",
                    "ACL USERS",
                    "ACL WHOAMI",
                    "CONFIG GET *",
                    "CONFIG RESETSTAT",
                    "CONFIG REWRITE",
                    "CONFIG SET maxmemory 1",
                    // The server itself.
                    "BGREWRITEAOF",
                    "BGSAVE",
                    "CLUSTER FAILOVER",
                    "CLUSTER RESET",
                    "DEBUG SLEEP 0",
                    "FAILOVER",
                    "FLUSHALL",
                    "FLUSHDB",
                    "LASTSAVE",
                    "LATENCY RESET",
                    "MEMORY DOCTOR",
                    "MEMORY PURGE",
                    "MODULE LIST",
                    "MODULE LOAD /tmp/module.so",
                    "MODULE UNLOAD module",
                    "PSYNC ? -1",
                    "REPLCONF ACK 0",
                    "REPLICAOF 127.0.0.1 6379",
                    "REPLICAOF NO ONE",
                    "ROLE",
                    "SAVE",
                    "SHUTDOWN NOSAVE",
                    "SLAVEOF NO ONE",
                    "SLOWLOG GET",
                    "SLOWLOG RESET",
                    "SWAPDB 0 1",
                    "SYNC",
                    // Clients and scripts of others.
                    "CLIENT CACHING YES",
                    "CLIENT KILL ID 1",
                    "CLIENT LIST",
                    "CLIENT NO-EVICT ON",
                    "CLIENT PAUSE 1",
                    "CLIENT TRACKING ON BCAST",
                    "CLIENT UNBLOCK 1",
                    "CLIENT UNPAUSE",
                    "FUNCTION DELETE library",
                    "FUNCTION DUMP",
                    "FUNCTION FLUSH",
                    "FUNCTION KILL",
                    "FUNCTION LIST",
                    "FUNCTION LOAD code",
                    "FUNCTION RESTORE payload",
                    "MONITOR",
                    "SCRIPT DEBUG YES",
                    "SCRIPT FLUSH",
                    "SCRIPT KILL",
                    "SCRIPT SHOW " + SHA,
                    // Keys and channels of others.
                    "KEYS *",
                    "RANDOMKEY",
                    "SCAN 0",
                    "PUBSUB CHANNELS",
                    "PUBSUB SHARDCHANNELS",
                    "GET redoubt:c:region:key",
                    "SET redoubt:c:region:key value",
                    "DEL redoubt:c:region:key",
                    "PUBLISH redoubt:x text",
                    "SUBSCRIBE redoubt:x",
                    "PSUBSCRIBE *",
                    "SUBSCRIBE __keyspace@0__:k",
                    // What works around the rules for keys.
                    "MIGRATE 127.0.0.1 1 k 0 1",
                    "RESTORE k 0 payload",
                    "SORT k",
                    "SORT_RO k")
            .map(command -> List.of(command.split(" ")))
            .toList();

    private Forbidden() {}

    /** Each a command and its arguments. */
    public static List<List<String>> commands() {
        return COMMANDS;
    }
}
