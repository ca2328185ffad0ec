package dev.redoubt.operator.server;

import dev.redoubt.operator.server.ServerHealth.Answering;
import java.util.Map;
import java.util.stream.Collectors;

/** The answer to INFO: lines of {@code key:value} between headings. */
record ServerInfo(Map<String, String> values) {
    static ServerInfo parse(String text) {
        return new ServerInfo(text.lines()
                .filter(line -> line.contains(":") && !line.startsWith("#"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(':')),
                        line -> line.substring(line.indexOf(':') + 1).strip(),
                        (first, _) -> first)));
    }

    /** Valkey reports the Redis version that it is compatible with beside its own. */
    Answering answering() {
        var version = values.getOrDefault("valkey_version", values.getOrDefault("redis_version", ""));
        return new Answering(version, values.getOrDefault("run_id", ""));
    }
}
