package dev.redoubt.operator.redis;

import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.server.ServerId;
import dev.redoubt.operator.server.UserRights;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The users of running servers. What changes is told to the server at once, by ACL SETUSER, and cuts nobody; the mounted file is what
 * its next start reads. What a server has was read from it: it is asked again after each of its starts, because the file that it read may
 * be older than what it had been told.
 */
final class ServerUsers {
    private final RedisServers servers;
    private final InstantSource clock;
    /** Bounded by the servers that there are. */
    private final Map<ServerId, Verified> verified = new ConcurrentHashMap<>();

    ServerUsers(RedisServers servers, InstantSource clock) {
        this.servers = servers;
        this.clock = clock;
    }

    /**
     * What a server was seen to have.
     *
     * @param runId of the server: another one after each start
     * @param since by user, since when it was seen to have it
     */
    private record Verified(String runId, List<ServerUser> users, Map<ServerUser, Instant> since) {}

    /** What a running server was seen to have. */
    interface Seen {
        /** Since when it was seen to have all of these users, each with exactly its passwords; empty if it was not. */
        Optional<Instant> since(List<ServerUser> users);
    }

    /** What the server was seen to have since its last start, as far as that is known. */
    Seen seen(ServerId id) {
        var known = verified.get(id);
        return users -> known == null || !known.since().keySet().containsAll(users)
                ? Optional.empty()
                : users.stream()
                        .map(user -> Objects.requireNonNull(known.since().get(user)))
                        .max(Comparator.naturalOrder());
    }

    /** Nothing is known of the server any more. */
    void forget(ServerId id) {
        verified.remove(id);
    }

    /**
     * Makes the server have {@code users}. Where nothing has changed since they were told to it, and it has others all the same, somebody
     * else has changed them: that is for the auditor to find and to tell.
     *
     * @param changed whether the server was last told others, or was never looked at
     * @return whether it had to be told something
     * @throws dev.redoubt.operator.server.ServerCommandException if it refuses or does not answer
     */
    boolean sync(ServerId id, String runId, List<ServerUser> users, boolean changed) {
        var known = verified.get(id);
        if (known != null && known.runId().equals(runId) && known.users().equals(users)) {
            return false;
        }
        var before = known == null ? List.<ServerUser>of() : known.users();
        var present = servers.users(id);
        var wrong = users.stream()
                .filter(user -> !has(present, user) || (known != null && !before.contains(user)))
                .toList();
        if (known == null && !changed && !wrong.isEmpty()) {
            return false;
        }
        wrong.forEach(user -> servers.setUser(id, user.name(), user.definition()));
        var removed = removed(before, users);
        removed.stream().filter(present::containsKey).forEach(name -> servers.deleteUser(id, name));
        var told = !wrong.isEmpty() || !removed.isEmpty();
        var now = told ? servers.users(id) : present;
        if (users.stream().allMatch(user -> has(now, user))) {
            var since = known != null && known.runId().equals(runId) ? known.since() : Map.<ServerUser, Instant>of();
            var at = clock.instant();
            verified.put(
                    id,
                    new Verified(
                            runId,
                            users,
                            users.stream()
                                    .collect(Collectors.toMap(
                                            Function.identity(), user -> since.getOrDefault(user, at)))));
        }
        return told;
    }

    private static boolean has(Map<String, UserRights> present, ServerUser user) {
        var rights = present.get(user.name());
        return rights != null && rights.logsInAs(user);
    }

    private static Set<String> removed(List<ServerUser> before, List<ServerUser> after) {
        var names = before.stream().map(ServerUser::name).collect(Collectors.toSet());
        after.stream().map(ServerUser::name).forEach(names::remove);
        return names;
    }
}
