package dev.redoubt.cache.redis;

import dev.redoubt.cache.region.StoredValue;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The commands that the service sends, with what their replies are read into: GET, SET, UNLINK, EVALSHA, EVAL, CLIENT TRACKING, PING, HELLO
 * and no other; the scripts call GET, SET, UNLINK, PEXPIRE, GETEX, TIME, ZADD, ZCARD and ZREMRANGEBYSCORE. The operator's {@code AclUser.SERVICE} allows just that: whoever adds a
 * command adds it in both places.
 */
public final class Commands {

    private static final byte[] PROBE = "redoubt:probe".getBytes(StandardCharsets.UTF_8);

    private Commands() {}

    /** {@code GET key}: null when there is no value, or none that this version can read. */
    public static RedisRequest<@Nullable StoredValue> get(byte[] key) {
        return new RedisRequest<>(CommandType.GET, storedValue(), key(key));
    }

    /**
     * {@code SET key value PX ttl GET}: value and expiry in one step, and the reply tells whether there was a value before, with no
     * second command that another client could come in between. That value itself is not copied.
     */
    public static RedisRequest<Boolean> set(byte[] key, byte[] value, long ttlMillis) {
        return new RedisRequest<>(
                CommandType.SET,
                presence(),
                key(key).addValue(value).add("PX").add(ttlMillis).add("GET"));
    }

    /** {@code UNLINK key …}: how many keys went. */
    public static RedisRequest<Long> unlink(byte[]... keys) {
        return new RedisRequest<>(
                CommandType.UNLINK, integer(), new CommandArgs<>(ByteArrayCodec.INSTANCE).addKeys(keys));
    }

    /** {@code GET key} of a token of 8 bytes: null when there is none. */
    public static RedisRequest<@Nullable Long> token(byte[] key) {
        return new RedisRequest<>(
                CommandType.GET,
                new CommandOutput<byte[], byte[], @Nullable Long>(ByteArrayCodec.INSTANCE, null) {
                    @Override
                    public void set(@Nullable ByteBuffer bytes) {
                        output = bytes == null || bytes.remaining() != Long.BYTES
                                ? null
                                : bytes.getLong(bytes.position());
                    }
                },
                key(key));
    }

    /** {@code CLIENT TRACKING ON}: from now on this connection is told when a key that was read on it changes. */
    static RedisRequest<Boolean> trackingOn() {
        return new RedisRequest<>(
                CommandType.CLIENT,
                presence(),
                new CommandArgs<>(ByteArrayCodec.INSTANCE).add("TRACKING").add("ON"));
    }

    /** {@code EVALSHA}, and {@code EVAL} if Redis does not know the script. */
    public static RedisRequest<ScriptReply> script(Script script, List<byte[]> keys, List<byte[]> arguments) {
        return new RedisRequest<>(
                CommandType.EVALSHA,
                scriptReply(),
                scriptArgs(new CommandArgs<>(ByteArrayCodec.INSTANCE).add(script.sha1()), keys, arguments),
                () -> new RedisRequest<>(
                        CommandType.EVAL,
                        scriptReply(),
                        scriptArgs(new CommandArgs<>(ByteArrayCodec.INSTANCE).add(script.source()), keys, arguments)));
    }

    /** The same for a script that replies one whole number. */
    public static RedisRequest<Long> counting(Script script, List<byte[]> keys, List<byte[]> arguments) {
        return new RedisRequest<>(
                CommandType.EVALSHA,
                integer(),
                scriptArgs(new CommandArgs<>(ByteArrayCodec.INSTANCE).add(script.sha1()), keys, arguments),
                () -> new RedisRequest<>(
                        CommandType.EVAL,
                        integer(),
                        scriptArgs(new CommandArgs<>(ByteArrayCodec.INSTANCE).add(script.source()), keys, arguments)));
    }

    private static CommandArgs<byte[], byte[]> scriptArgs(
            CommandArgs<byte[], byte[]> args, List<byte[]> keys, List<byte[]> arguments) {
        args.add(keys.size());
        keys.forEach(args::addKey);
        arguments.forEach(args::addValue);
        return args;
    }

    private static CommandOutput<byte[], byte[], ScriptReply> scriptReply() {
        return new CommandOutput<>(ByteArrayCodec.INSTANCE, new ScriptReply()) {
            @Override
            public void set(@Nullable ByteBuffer bytes) {
                output.add(bytes == null ? null : copy(bytes));
            }

            @Override
            public void set(long integer) {
                output.add(integer);
            }
        };
    }

    private static byte[] copy(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    /** {@code PING}: nothing but that the answer came. */
    static RedisRequest<Boolean> ping() {
        return new RedisRequest<>(CommandType.PING, presence(), null);
    }

    /** {@code SET redoubt:probe "" PX 1000}: whether Redis takes writes. */
    static RedisRequest<Boolean> probe() {
        return new RedisRequest<>(
                CommandType.SET,
                presence(),
                key(PROBE).addValue(new byte[0]).add("PX").add(1000));
    }

    /** {@code UNLINK key …}: how many keys went. */
    public static RedisRequest<Long> unlink(List<byte[]> keys) {
        CommandArgs<byte[], byte[]> all = new CommandArgs<>(ByteArrayCodec.INSTANCE);
        keys.forEach(all::addKey);
        return new RedisRequest<>(CommandType.UNLINK, integer(), all);
    }

    /** {@code HELLO}: who the server is. */
    static RedisRequest<ServerGreeting> hello() {
        return new RedisRequest<>(CommandType.HELLO, greeting(), null);
    }

    private static CommandArgs<byte[], byte[]> key(byte[] key) {
        return new CommandArgs<>(ByteArrayCodec.INSTANCE).addKey(key);
    }

    private static CommandOutput<byte[], byte[], @Nullable StoredValue> storedValue() {
        return new CommandOutput<>(ByteArrayCodec.INSTANCE, null) {
            @Override
            public void set(@Nullable ByteBuffer bytes) {
                output = bytes == null ? null : StoredValue.read(bytes);
            }
        };
    }

    private static CommandOutput<byte[], byte[], Boolean> presence() {
        return new CommandOutput<>(ByteArrayCodec.INSTANCE, Boolean.FALSE) {
            @Override
            public void set(@Nullable ByteBuffer bytes) {
                output = bytes != null;
            }
        };
    }

    private static CommandOutput<byte[], byte[], Long> integer() {
        return new CommandOutput<>(ByteArrayCodec.INSTANCE, 0L) {
            @Override
            public void set(long integer) {
                output = integer;
            }
        };
    }

    private static CommandOutput<byte[], byte[], ServerGreeting> greeting() {
        return new CommandOutput<>(ByteArrayCodec.INSTANCE, new ServerGreeting("unknown", "unknown")) {
            private String key = "";
            private String name = "";
            private String version = "";
            private String role = "";

            @Override
            public void set(@Nullable ByteBuffer bytes) {
                String text = bytes == null
                        ? ""
                        : StandardCharsets.UTF_8.decode(bytes).toString();
                switch (key) {
                    case "server" -> name = text;
                    case "version" -> version = text;
                    case "role" -> role = text;
                    default -> {}
                }
                output = new ServerGreeting(name + " " + version, role);
                key = text;
            }

            @Override
            public void set(long integer) {
                key = "";
            }
        };
    }
}
