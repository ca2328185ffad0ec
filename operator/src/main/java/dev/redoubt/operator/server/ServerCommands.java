package dev.redoubt.operator.server;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * What the operator asks and tells one server over its connection. Each answer is waited for no longer than {@code timeout}; every
 * method throws {@link ServerCommandException} if there is none, or if the server refuses.
 */
record ServerCommands(RedisAsyncCommands<String, String> connection, String host, Duration timeout) {

    /** CONFIG GET of {@code parameters}; one that the server does not know is left out. */
    Map<String, String> configuration(String... parameters) {
        return await("CONFIG GET", connection.configGet(parameters));
    }

    /** CONFIG SET of all of {@code values}: all or none take effect. */
    void configure(Map<String, String> values) {
        await("CONFIG SET of " + String.join(", ", values.keySet()), connection.configSet(values));
    }

    /** One section of INFO. */
    ServerInfo info(String section) {
        return ServerInfo.parse(await("INFO", connection.info(section)));
    }

    /** INFO memory, stats and keyspace together; does not wait. */
    CompletionStage<Map<String, String>> figures() {
        return Stream.of("memory", "stats", "keyspace")
                .<CompletionStage<String>>map(connection::info)
                .reduce((before, next) -> before.thenCombine(next, (text, more) -> text + "\n" + more))
                .orElseThrow()
                .thenApply(text -> ServerInfo.parse(text).values());
    }

    /** ACL USERS. */
    List<String> users() {
        return await("ACL USERS", connection.aclUsers());
    }

    /** ACL GETUSER. */
    UserRights rights(String user) {
        return UserRights.parse(await("ACL GETUSER", connection.aclGetuser(user)));
    }

    /** ACL GETUSER of a user that there may not be. */
    Optional<UserRights> user(String user) {
        // Where the server says that there is nobody, Lettuce gives a list in which nothing is.
        return Optional.ofNullable(await("ACL GETUSER", connection.aclGetuser(user)))
                .filter(answer -> answer.contains("flags"))
                .map(UserRights::parse);
    }

    /** ACL SETUSER: {@code rules} as an ACL file writes them, in place of all that the user had; in one step. */
    void setUser(String user, String rules) {
        var arguments =
                new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add(user).add("reset");
        Stream.of(rules.split(" ")).forEach(arguments::add);
        await(
                "ACL SETUSER " + user,
                connection.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), arguments));
    }

    /** Likewise; empty if the server took the rules, or the words with which it refused them. */
    Optional<String> refusalOfUser(String user, String rules) {
        var arguments =
                new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add(user).add("reset");
        Stream.of(rules.split(" ")).forEach(arguments::add);
        var answer = answerOrRefusal(
                "ACL SETUSER " + user,
                connection.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), arguments));
        return answer.equals("OK") ? Optional.empty() : Optional.of(answer);
    }

    /** ACL DELUSER. */
    void deleteUser(String user) {
        await("ACL DELUSER " + user, connection.aclDeluser(user));
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
