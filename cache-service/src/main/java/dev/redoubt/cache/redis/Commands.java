package dev.redoubt.cache.redis;

import dev.redoubt.cache.region.StoredValue;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandArgs;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The arguments and replies of the commands that the service sends: GET, SET, UNLINK, PING, HELLO and no other. */
public final class Commands {

    private Commands() {}

    /** The arguments of a command on one key. */
    public static CommandArgs<byte[], byte[]> key(byte[] key) {
        return new CommandArgs<>(ByteArrayCodec.INSTANCE).addKey(key);
    }

    /**
     * {@code SET key value PX ttl GET}: value and expiry in one step, and the reply tells whether there was a value before, with no
     * second command that another client could come in between.
     */
    public static CommandArgs<byte[], byte[]> set(byte[] key, byte[] value, long ttlMillis) {
        return key(key).addValue(value).add("PX").add(ttlMillis).add("GET");
    }

    /** The reply to GET: null when there is no value, or none that this version can read. */
    public static CommandOutput<byte[], byte[], @Nullable StoredValue> storedValue() {
        return new CommandOutput<>(ByteArrayCodec.INSTANCE, null) {
            @Override
            public void set(@Nullable ByteBuffer bytes) {
                output = bytes == null ? null : StoredValue.read(bytes);
            }
        };
    }

    /** The reply to {@code SET … GET}: whether there was a value before. The value itself is not copied. */
    public static CommandOutput<byte[], byte[], Boolean> existedBefore() {
        return new CommandOutput<>(ByteArrayCodec.INSTANCE, Boolean.FALSE) {
            @Override
            public void set(@Nullable ByteBuffer bytes) {
                output = bytes != null;
            }
        };
    }

    /** The reply to UNLINK: how many keys went. */
    public static CommandOutput<byte[], byte[], Long> count() {
        return new CommandOutput<>(ByteArrayCodec.INSTANCE, 0L) {
            @Override
            public void set(long integer) {
                output = integer;
            }
        };
    }

    /** The reply to PING: nothing but that it came. */
    static CommandOutput<byte[], byte[], Boolean> pong() {
        return existedBefore();
    }

    /** The reply to HELLO: name and version of the server, such as {@code redis 8.0.2}. */
    static CommandOutput<byte[], byte[], String> greeting() {
        return new CommandOutput<>(ByteArrayCodec.INSTANCE, "unknown") {
            private String key = "";
            private String server = "";

            @Override
            public void set(@Nullable ByteBuffer bytes) {
                String text = bytes == null
                        ? ""
                        : StandardCharsets.UTF_8.decode(bytes).toString();
                if (key.equals("server") && server.isEmpty()) {
                    server = text;
                } else if (key.equals("version") && output.equals("unknown")) {
                    output = server + " " + text;
                }
                key = text;
            }

            @Override
            public void set(long integer) {
                key = "";
            }
        };
    }
}
