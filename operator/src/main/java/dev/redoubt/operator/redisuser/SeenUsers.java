package dev.redoubt.operator.redisuser;

import dev.redoubt.api.v1alpha1.RedisUser;
import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.rotation.FirstSights;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.server.ServerCommandException;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerId;
import dev.redoubt.operator.server.UserRights;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Users as their running servers have them, and since when they were seen to have these passwords. */
final class SeenUsers {
    private static final Logger LOG = LoggerFactory.getLogger(SeenUsers.class);

    private static final int MOST_USERS = 10_000;

    private final RedisServers servers;
    private final InstantSource clock;
    private final FirstSights sights = new FirstSights(MOST_USERS);

    SeenUsers(RedisServers servers, InstantSource clock) {
        this.servers = servers;
        this.clock = clock;
    }

    /** Where SHA-256 of passwords were seen: on the server of this start, and in the file of its next one. */
    private record Passwords(String runId, Optional<Set<String>> onServer, Set<String> inFile) {}

    /**
     * The user as the server has it; empty where it has none, or cannot be asked.
     *
     * @param standing the users in its ACL file, by name
     */
    Optional<SeenUser> find(RedisUser user, ServerId server, Map<String, ServerUser> standing) {
        if (!(servers.health(server) instanceof Answering(var _, var runId))) {
            return Optional.empty();
        }
        try {
            var name = user.getMetadata().getName();
            var rights = servers.user(server, name);
            var inFile = Optional.ofNullable(standing.get(name))
                    .<Set<String>>map(ServerUser::hashes)
                    .orElse(Set.of());
            var since = sights.since(
                    user.getMetadata().getUid(),
                    new Passwords(runId, rights.map(UserRights::passwords), inFile),
                    clock.instant());
            return rights.map(found -> new SeenUser(found, inFile, since));
        } catch (ServerCommandException e) {
            LOG.atWarn()
                    .addKeyValue("server", server)
                    .addKeyValue("cause", e.getMessage())
                    .log("A user was not found out");
            return Optional.empty();
        }
    }
}
