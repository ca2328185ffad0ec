package dev.redoubt.operator.startup;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The server found the last command of its append-only file incomplete, and cut it off.
 *
 * @param file the part of the append-only file, such as {@code appendonly.aof.1.incr.aof}
 * @param offset in bytes, at which the file ends now
 * @param started when the container started that did it, as the kubelet writes it
 */
public record TailRepair(String file, long offset, String started) {
    /** As redis 7.0 and 8.0 and valkey 8.1 log it. */
    private static final Pattern WORDS =
            Pattern.compile("!!! Truncating the AOF (\\S{1,200}) at offset (\\d{1,18}) !!!");

    /** What {@code log}, the beginning of the log of a container that started at {@code started}, says of it. */
    static Optional<TailRepair> in(String log, String started) {
        return WORDS.matcher(log)
                .results()
                .findFirst()
                .map(found -> new TailRepair(found.group(1), Long.parseLong(found.group(2)), started));
    }
}
