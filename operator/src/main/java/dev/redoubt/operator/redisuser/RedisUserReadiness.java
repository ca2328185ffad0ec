package dev.redoubt.operator.redisuser;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.server.TriedRules;
import dev.redoubt.operator.server.UserRights;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Pause;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
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

    /**
     * The operator has just started and has not reached the server yet: what it said before holds until then, so that its restart is no
     * news of any user.
     */
    static Verdict untried(String redis, List<Condition> previous) {
        return Conditions.find(previous, Conditions.READY)
                .filter(ready -> "True".equals(ready.getStatus()))
                .map(ready -> Verdict.ready(ready.getMessage()))
                .orElseGet(() -> Verdict.notReady(
                        Reason.WaitingForRedis, "The operator is connecting to the server of Redis " + redis + "."));
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
     * @param written how the server writes the rights that it has to have
     * @param found what the server has
     * @param redis the resource, which tells whether anything is under way
     */
    static Verdict of(
            RedisUserModel model, Optional<UserRights> written, Optional<UserRights> found, Optional<Redis> redis) {
        var user = model.owner().name();
        var wanted = ServerUser.withPasswords(user, model.passwords().hashes(), model.rules());
        if (found.filter(has -> has.logsInAs(wanted) && hasRights(has, written)).isPresent()) {
            return Verdict.ready("User %s logs in to Redis %s, and has the rights in status.rules and no others."
                    .formatted(user, model.redis()));
        }
        var worksOn = found.filter(has -> has.on()
                        && has.passwords().contains(model.passwords().current().sha256())
                        && hasRights(has, written))
                .isPresent();
        if (redis.filter(Pause::isSet).isPresent()) {
            var message = "Redis %s is paused: its server is told of the changes of user %s when it goes on."
                    .formatted(model.redis(), user);
            return worksOn
                    ? Verdict.readyBut(Reason.WaitingForRedis, message)
                    : Verdict.notReady(Reason.WaitingForRedis, message);
        }
        if (worksOn) {
            return Verdict.readyBut(
                    Reason.UserPending,
                    "User %s logs in to Redis %s; its server is told of another password in a moment."
                            .formatted(user, model.redis()));
        }
        return Verdict.notReady(
                Reason.UserPending,
                found.isPresent()
                        ? "The server of Redis %s has user %s with its previous password or rights; it is told the new ones in a moment."
                                .formatted(model.redis(), user)
                        : "The server of Redis %s is told of user %s in a moment.".formatted(model.redis(), user));
    }

    private static boolean hasRights(UserRights found, Optional<UserRights> written) {
        return written.filter(right -> found.commands().equals(right.commands())
                        && found.keys().equals(right.keys())
                        && found.channels().equals(right.channels())
                        && found.selectors() == right.selectors())
                .isPresent();
    }
}
