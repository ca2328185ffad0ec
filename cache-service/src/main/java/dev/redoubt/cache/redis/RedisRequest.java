package dev.redoubt.cache.redis;

import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A command with its arguments, and what its reply is read into: to be sent once, by a {@link RedisCall}. Made by {@link Commands}.
 *
 * @param <T> what the reply is read into
 * @param whenUnknown what to send when Redis answers NOSCRIPT
 */
public record RedisRequest<T extends @Nullable Object>(
        CommandType type,
        CommandOutput<byte[], byte[], T> output,
        @Nullable CommandArgs<byte[], byte[]> args,
        @Nullable Supplier<RedisRequest<T>> whenUnknown) {

    RedisRequest(
            CommandType type, CommandOutput<byte[], byte[], T> output, @Nullable CommandArgs<byte[], byte[]> args) {
        this(type, output, args, null);
    }
}
