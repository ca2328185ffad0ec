package dev.redoubt.operator.server;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import java.util.stream.Stream;

/**
 * What the operator asks and tells one server over its connection. Each answer is waited for no longer than {@code timeout}; every
 * method throws {@link ServerCommandException} if there is none, or if the server refuses.
 */
record ServerCommands(StatefulRedisConnection<String, String> link, String host, Duration timeout) {
    /** So many save nearly every wake-up, and so few fit into the connection's queue beside what others ask. */
    static final int MOST_TOGETHER = 100;

    /** To ask without waiting. */
    RedisAsyncCommands<String, String> connection() {
        return link.async();
    }

    /** CONFIG GET of {@code parameters}; one that the server does not know is left out. */
    Map<String, String> configuration(String... parameters) {
        return await("CONFIG GET", connection().configGet(parameters));
    }

    /** CONFIG SET of all of {@code values}: all or none take effect. */
    void configure(Map<String, String> values) {
        await(
                "CONFIG SET of " + String.join(", ", values.keySet()),
                connection().configSet(values));
    }

    /** Some sections of INFO. */
    ServerInfo info(String... sections) {
        return ServerInfo.parse(await("INFO", askInfo(sections)));
    }

    /** INFO memory, stats, keyspace and persistence, and CONFIG GET of {@code parameters}, together; does not wait. */
    CompletionStage<Figures> figures(Set<String> parameters) {
        return askInfo("memory", "stats", "keyspace", "persistence")
                .thenApply(text -> ServerInfo.parse(text).values())
                .thenCombine(connection().configGet(parameters.toArray(String[]::new)), Figures::new);
    }

    /** In one command, which every supported engine knows, and Lettuce does not. */
    private CompletionStage<String> askInfo(String... sections) {
        var arguments = new CommandArgs<>(StringCodec.UTF8);
        Stream.of(sections).forEach(arguments::add);
        return connection().dispatch(CommandType.INFO, new StatusOutput<>(StringCodec.UTF8), arguments);
    }

    /** Every user, by ACL USERS and ACL GETUSER. */
    Map<String, UserRights> users() {
        var users = new TreeMap<String, UserRights>();
        await("ACL USERS", connection().aclUsers()).stream()
                .gather(Gatherers.windowFixed(MOST_TOGETHER))
                .forEach(few -> users.putAll(users(few)));
        return users;
    }

    /** Those of {@code names} that there still are: between two questions one may have gone. */
    private Map<String, UserRights> users(List<String> names) {
        var answers = together(() -> names.stream()
                .collect(Collectors.toMap(Function.identity(), connection()::aclGetuser, (first, _) -> first)));
        var users = new TreeMap<String, UserRights>();
        answers.forEach((name, answer) -> found(answer).ifPresent(rights -> users.put(name, rights)));
        return users;
    }

    /** ACL GETUSER. */
    UserRights rights(String user) {
        return UserRights.parse(await("ACL GETUSER", connection().aclGetuser(user)));
    }

    /** ACL GETUSER of a user that there may not be. */
    Optional<UserRights> user(String user) {
        return found(connection().aclGetuser(user));
    }

    private Optional<UserRights> found(CompletionStage<List<Object>> user) {
        // Where the server says that there is nobody, Lettuce gives a list in which nothing is.
        return Optional.ofNullable(await("ACL GETUSER", user))
                .filter(answer -> answer.contains("flags"))
                .map(UserRights::parse);
    }

    /** ACL SETUSER: {@code rules} as an ACL file writes them, in place of all that the user had; in one step. */
    void setUser(String user, String rules) {
        await("ACL SETUSER " + user, askToSetUser(user, rules));
    }

    /** Likewise; empty if the server took the rules, or the words with which it refused them. */
    Optional<String> refusalOfUser(String user, String rules) {
        var answer = answerOrRefusal("ACL SETUSER " + user, askToSetUser(user, rules));
        return answer.equals("OK") ? Optional.empty() : Optional.of(answer);
    }

    private CompletionStage<String> askToSetUser(String user, String rules) {
        var arguments =
                new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add(user).add("reset");
        Stream.of(rules.split(" ")).forEach(arguments::add);
        return connection().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), arguments);
    }

    /** ACL DELUSER. */
    void deleteUser(String user) {
        await("ACL DELUSER " + user, connection().aclDeluser(user));
    }

    /** The answer, or the words with which the server refused. */
    String answerOrRefusal(String command, CompletionStage<String> answer) {
        return await(command, answer.handle((text, refusal) -> {
            if (refusal == null) {
                return String.valueOf(text);
            }
            return Failures.causes(refusal)
                    .filter(RedisCommandExecutionException.class::isInstance)
                    .findFirst()
                    .map(said -> String.valueOf(said.getMessage()))
                    .orElseThrow(() -> new CompletionException(refusal));
        }));
    }

    /**
     * Sends all that {@code asking} asks at once: each command by itself would be a TLS record, a system call and a wake-up, here and on
     * the server. No more than {@link #MOST_TOGETHER}.
     */
    <T> T together(Supplier<T> asking) {
        link.setAutoFlushCommands(false);
        try {
            return asking.get();
        } finally {
            // In this order: what somebody else asked meanwhile is sent too.
            link.setAutoFlushCommands(true);
            link.flushCommands();
        }
    }

    private <T> T await(String command, CompletionStage<T> answer) {
        try {
            return answer.toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new ServerCommandException(command + " failed on " + host + ": " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new ServerCommandException(
                    command + " was not answered by " + host + " within " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerCommandException(command + " on " + host + " was interrupted", e);
        }
    }
}
