package dev.redoubt.operator.server;

import java.util.List;
import java.util.Map;

/**
 * What a server is asked, all at once.
 *
 * @param parameters for CONFIG GET
 * @param rules of users, by name, as an ACL file writes them: how does the server itself tell such rights?
 * @param trials what ACL DRYRUN is asked about
 */
public record Questions(List<String> parameters, Map<String, String> rules, List<Trial> trials) {
    public Questions {
        rules = Map.copyOf(rules);
        parameters = List.copyOf(parameters);
        trials = List.copyOf(trials);
    }

    /** Whether {@code user} might run a command; nothing is run. */
    public record Trial(String user, List<String> command) {
        public Trial {
            command = List.copyOf(command);
        }

        @Override
        public String toString() {
            return user + ": " + String.join(" ", command);
        }
    }
}
