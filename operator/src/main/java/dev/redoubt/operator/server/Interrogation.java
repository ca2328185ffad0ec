package dev.redoubt.operator.server;

import dev.redoubt.operator.server.Questions.Trial;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds out how one server is, as its operator and as a stranger, and changes nothing that lasts. */
final class Interrogation {
    /** Off, without a password, and there for a moment only. */
    private static final String REFERENCE_USER = "redoubt-reference";

    /** Nobody's: it is asked for to be refused. */
    private static final String FORBIDDEN_KEY = "redoubt:probe";

    private final Supplier<ServerTarget> target;
    private final Duration timeout;
    private volatile @Nullable References references;

    private record References(String runId, Map<String, String> rules, Map<String, UserRights> rights) {}

    Interrogation(Supplier<ServerTarget> target, Duration timeout) {
        this.target = target;
        this.timeout = timeout;
    }

    /**
     * The answers to all of {@code questions}.
     *
     * @param runId of the server: another one after each start
     * @throws ServerCommandException if it does not answer, or refuses the operator something
     */
    ServerFacts facts(Questions questions, ServerCommands server, String runId) {
        var version = server.info("server").answering().version();
        var parameters = server.configuration(questions.parameters().toArray(String[]::new));
        var persistence = server.info("persistence").values();
        var users = new TreeMap<String, UserRights>();
        server.users().forEach(user -> users.put(user, server.rights(user)));
        var written = references(questions.rules(), server, runId);
        var allowed = allowed(server, questions.trials());
        // The operator touches no data, so that this is refused is a proof that rights are enforced at all.
        var denial = server.answerOrRefusal("GET", server.connection().get(FORBIDDEN_KEY));
        return new ServerFacts(version, parameters, users, written, allowed, denial, persistence, stranger());
    }

    /**
     * Has the server write down rights as it writes them, by giving them for a moment to a user that cannot log in. Once for each start of
     * the server: the answer does not change.
     */
    private Map<String, UserRights> references(Map<String, String> rules, ServerCommands server, String runId) {
        var known = references;
        if (known != null && known.runId().equals(runId) && known.rules().equals(rules)) {
            return known.rights();
        }
        var rights = new TreeMap<String, UserRights>();
        try {
            rules.forEach((user, text) -> {
                server.setUser(REFERENCE_USER, text);
                rights.put(user, server.rights(REFERENCE_USER));
            });
        } finally {
            server.deleteUser(REFERENCE_USER);
        }
        references = new References(runId, rules, rights);
        return rights;
    }

    /**
     * Those that the server would let through. All are asked before the first answer is waited for: one after the other they would cost as
     * many wake-ups as there are. A command that this version does not know, or a user that it does not have, is not allowed.
     */
    private static Set<Trial> allowed(ServerCommands server, List<Trial> trials) {
        var answers = new LinkedHashMap<Trial, CompletionStage<String>>();
        for (var trial : trials) {
            var words = trial.command();
            var arguments = words.subList(1, words.size()).toArray(String[]::new);
            answers.put(trial, server.connection().aclDryRun(trial.user(), words.getFirst(), arguments));
        }
        return answers.entrySet().stream()
                .filter(asked ->
                        server.answerOrRefusal("ACL DRYRUN", asked.getValue()).equals("OK"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private StrangerFacts stranger() {
        try {
            return Strangers.meet(target.get(), timeout);
        } catch (IOException e) {
            throw new ServerCommandException(
                    "A connection without a password to " + target.get().host() + " failed: " + e, e);
        }
    }
}
