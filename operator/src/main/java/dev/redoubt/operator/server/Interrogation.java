package dev.redoubt.operator.server;

import dev.redoubt.operator.certificates.KeyedCertificate;
import dev.redoubt.operator.server.Questions.Trial;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Finds out how one server is, as its operator and as a stranger, and changes nothing that lasts. */
final class Interrogation {
    /** Off, without a password, and there for a moment only. */
    private static final String REFERENCE_USER = "redoubt-reference";

    /** Likewise, for rights that nobody has yet. */
    private static final String TRIAL_USER = "redoubt-trial";

    /** Nobody's: it is asked for to be refused. */
    private static final String FORBIDDEN_KEY = "redoubt:probe";

    private final Supplier<ServerTarget> target;
    private final Duration timeout;
    /** Verifying a certificate takes several milliseconds, which is most of what a look costs: it is done when it is another one. */
    private @Nullable StrangersContext strangersContext;

    private volatile @Nullable References references;

    /** Good for as long as the operator trusts the same authorities, and presents the same certificate. */
    private record StrangersContext(String authorityPem, Optional<KeyedCertificate> presented, SSLContext context) {
        boolean isFor(ServerTarget target) {
            return authorityPem.equals(target.authorityPem()) && presented.equals(target.certificate());
        }
    }

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
    synchronized ServerFacts facts(Questions questions, ServerCommands server, String runId) {
        var info = server.info("server", "persistence");
        var version = info.answering().version();
        var parameters = server.configuration(questions.parameters().toArray(String[]::new));
        var users = server.users();
        var written = references(questions.rules(), server, runId);
        var allowed = allowed(server, questions.trials());
        // The operator touches no data, so that this is refused is a proof that rights are enforced at all.
        var denial = server.answerOrRefusal("GET", server.connection().get(FORBIDDEN_KEY));
        return new ServerFacts(version, parameters, users, written, allowed, denial, info.values(), stranger());
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
     * What would come of a user with {@code rules}: they are given for a moment to one that cannot log in. Not while somebody looks at
     * the users, who would take it for one that nobody specified.
     *
     * @param forbidden what the user must not be able to run
     */
    synchronized TriedRules tryOut(String rules, List<List<String>> forbidden, ServerCommands server) {
        try {
            var refusal = server.refusalOfUser(TRIAL_USER, "off resetpass " + rules);
            if (refusal.isPresent()) {
                return new TriedRules(refusal, Set.of(), Optional.empty());
            }
            var trials = forbidden.stream()
                    .map(command -> new Trial(TRIAL_USER, command))
                    .toList();
            var allowed = allowed(server, trials).stream()
                    .map(trial -> String.join(" ", trial.command()))
                    .collect(Collectors.toSet());
            return new TriedRules(Optional.empty(), allowed, Optional.of(server.rights(TRIAL_USER)));
        } finally {
            server.deleteUser(TRIAL_USER);
        }
    }

    /**
     * Those that the server would let through. A command that this version does not know, or a user that it does not have, is not allowed.
     */
    private static Set<Trial> allowed(ServerCommands server, List<Trial> trials) {
        return trials.stream()
                .gather(Gatherers.windowFixed(ServerCommands.MOST_TOGETHER))
                .flatMap(few -> allowedOfFew(server, few).stream())
                .collect(Collectors.toSet());
    }

    private static Set<Trial> allowedOfFew(ServerCommands server, List<Trial> trials) {
        var answers = server.together(() -> {
            var asked = new LinkedHashMap<Trial, CompletionStage<String>>();
            for (var trial : trials) {
                var words = trial.command();
                var arguments = words.subList(1, words.size()).toArray(String[]::new);
                asked.put(trial, server.connection().aclDryRun(trial.user(), words.getFirst(), arguments));
            }
            return asked;
        });
        return answers.entrySet().stream()
                .filter(asked ->
                        server.answerOrRefusal("ACL DRYRUN", asked.getValue()).equals("OK"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private StrangerFacts stranger() {
        var met = target.get();
        try {
            return knock(met);
        } catch (IOException e) {
            throw new ServerCommandException("A connection without a password to " + met.host() + " failed: " + e, e);
        }
    }

    private StrangerFacts knock(ServerTarget met) throws IOException {
        try {
            return Strangers.meet(met, strangersContext(met), timeout);
        } catch (SSLHandshakeException e) {
            // Somebody has taken TLS 1.2 away from it, or it is not to be trusted in any version.
            return Strangers.meet(met, ServedCertificate.trusting(met), timeout);
        }
    }

    private SSLContext strangersContext(ServerTarget met) {
        var known = strangersContext;
        if (known != null && known.isFor(met)) {
            return known.context();
        }
        var context = ServedCertificate.resuming(met);
        strangersContext = new StrangersContext(met.authorityPem(), met.certificate(), context);
        return context;
    }
}
