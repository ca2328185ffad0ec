package dev.redoubt.operator.redisuser;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.server.TriedRules;
import dev.redoubt.operator.server.UserRights;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Pause;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import java.util.Objects;
import java.util.Optional;

/** Whether a RedisUser can log in, and do what its specification says and no more: as the running server says it. */
final class RedisUserReadiness {
    private RedisUserReadiness() {}

    /** Why the server cannot be asked, if it cannot. */
    static Verdict silent(String redis, Optional<Redis> resource) {
        var why = resource.map(Redis::getStatus)
                .flatMap(status -> Conditions.find(status.conditions(), Conditions.READY))
                .filter(ready -> !"True".equals(ready.getStatus()))
                .map(ready -> ready.getReason() + ": " + ready.getMessage())
                .orElse("its server was not reached yet.");
        return Verdict.notReady(Reason.WaitingForRedis, "Redis " + redis + " does not answer, " + why);
    }

    /** What no server of this kind shall have. */
    static Verdict refused(String user, TriedRules tried) {
        return Verdict.notReady(
                Reason.RightsRefused,
                ("User %s is not made, because %s. Take away the categories or commands that bring it; if the specification asks for no"
                                + " such thing, upgrade the operator or go back to the engine's previous version.")
                        .formatted(user, tried.objection()));
    }

    /**
     * What can be said of the user.
     *
     * @param wanted what the server has to have
     * @param written how the server writes the rights that it has to have
     * @param found what it has
     * @param redis the resource, which tells whether anything is under way
     */
    static Verdict of(
            ServerUser wanted,
            Optional<UserRights> written,
            Optional<UserRights> found,
            String redisName,
            Optional<Redis> redis) {
        if (found.isPresent() && found.get().logsInAs(wanted) && hasRights(found.get(), written)) {
            return Verdict.ready("User %s logs in to Redis %s, and has the rights in status.rules and no others."
                    .formatted(wanted.name(), redisName));
        }
        if (redis.filter(Pause::isSet).isPresent()) {
            return Verdict.notReady(
                    Reason.WaitingForRedis,
                    "Redis %s is paused: its server is told of user %s when it goes on."
                            .formatted(redisName, wanted.name()));
        }
        return Verdict.notReady(
                Reason.UserPending,
                found.isPresent()
                        ? "The server of Redis %s has user %s with its previous password or rights; it is told the new ones in a moment."
                                .formatted(redisName, wanted.name())
                        : "The server of Redis %s is told of user %s in a moment.".formatted(redisName, wanted.name()));
    }

    private static boolean hasRights(UserRights found, Optional<UserRights> written) {
        return written.filter(right -> Objects.equals(found.commands(), right.commands())
                        && Objects.equals(found.keys(), right.keys())
                        && Objects.equals(found.channels(), right.channels())
                        && found.selectors() == right.selectors())
                .isPresent();
    }
}
