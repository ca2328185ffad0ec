package dev.redoubt.cache.config;

import java.util.List;

/** The configuration cannot be used. The message is meant to be read by whoever wrote the file: it says where, what and what instead. */
public final class ConfigException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }

    /** One message for all that is wrong with one source, one line each. */
    public static ConfigException of(String source, List<String> problems) {
        return new ConfigException(source + ": " + (problems.size() == 1 ? "1 problem" : problems.size() + " problems")
                + "\n  - " + String.join("\n  - ", problems));
    }
}
