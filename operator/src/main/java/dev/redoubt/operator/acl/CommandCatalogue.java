package dev.redoubt.operator.acl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * The commands of Redis 7.0, the oldest server there may be, and whether a RedisUser may have each. Every newer Redis and every
 * Valkey knows them too, so that an ACL file with these words alone is read by whatever server comes next: one with an unknown word
 * would keep it from starting.
 */
final class CommandCatalogue {
    private static final String FILE = "commands.txt";
    private static final String MAY = "+ ";

    /** From a command, or {@code command|subcommand}, to whether a user may have it. */
    private static final Map<String, Boolean> COMMANDS = read();

    private CommandCatalogue() {}

    static boolean knows(String command) {
        return COMMANDS.containsKey(command);
    }

    static boolean mayBeGranted(String command) {
        return COMMANDS.getOrDefault(command, false);
    }

    static Set<String> names() {
        return COMMANDS.keySet();
    }

    private static Map<String, Boolean> read() {
        try (var stream = Objects.requireNonNull(CommandCatalogue.class.getResourceAsStream(FILE), FILE);
                var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII))) {
            var commands = new TreeMap<String, Boolean>();
            lines.lines().forEach(line -> commands.put(line.substring(MAY.length()), line.startsWith(MAY)));
            return commands;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
