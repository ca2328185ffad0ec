package dev.redoubt.operator.server;

import java.util.Map;

/**
 * What a server says of itself at one moment.
 *
 * @param info the lines of INFO memory, stats, keyspace and persistence
 * @param parameters by CONFIG GET; one that the server does not know is missing
 */
public record Figures(Map<String, String> info, Map<String, String> parameters) {
    public Figures {
        info = Map.copyOf(info);
        parameters = Map.copyOf(parameters);
    }
}
