package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.acl.Credentials;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.rotation.Rotation;
import dev.redoubt.operator.rotation.Rotation.Facts;
import dev.redoubt.operator.rotation.StoredCredentials;
import dev.redoubt.operator.rotation.Wish;
import dev.redoubt.operator.settings.DurationText;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.status.Verdict;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The passwords of a Redis as they are to be stored after this pass. Prints none.
 *
 * @param found what the credentials Secret says
 * @param stored what it is to say
 * @param wish what the specification and annotations want of them
 * @param rotation how they are replaced
 * @param complaint why the password that its owner has chosen cannot be used
 */
record RedisPasswords(
        StoredCredentials found, StoredCredentials stored, Wish wish, Rotation rotation, Optional<Verdict> complaint) {
    private static final List<String> USERS = Arrays.stream(AclUser.values())
            .filter(AclUser::hasPassword)
            .map(AclUser::userName)
            .toList();

    /**
     * Takes the next step of a rotation, if one is due.
     *
     * @param server what the running server has
     */
    static RedisPasswords resolve(
            Redis redis,
            RedisWorld world,
            GivenPassword given,
            ServerUsers.Seen server,
            OperatorSettings.Credentials settings,
            PasswordGenerator generator,
            Instant now) {
        var every = Optional.ofNullable(redis.getSpec().auth().rotateEvery()).map(DurationText::parse);
        var wish = given.wish(redis, USERS, AclUser.APP.userName(), every);
        var rotation = new Rotation(settings.propagation(), settings.grace());
        var before = StoredCredentials.read(world.credentials(), wish, now, generator);
        var facts =
                new Facts(server.since(credentials(before).users()), isHandedOut(before.current(), world.handedOut()));
        var after = rotation.next(before, wish, facts, now, generator);
        var complaint = given instanceof GivenPassword.Refused(var why) ? Optional.of(why) : Optional.<Verdict>empty();
        return new RedisPasswords(before, after, wish, rotation, complaint);
    }

    private static boolean isHandedOut(Map<String, Password> current, Map<AclUser, Password> handedOut) {
        return handedOut.entrySet().stream().allMatch(entry -> entry.getValue()
                .equals(current.get(entry.getKey().userName())));
    }

    /** The same without a step: in a pass that stores nothing, nothing may be told to the server either. */
    RedisPasswords asFound() {
        return new RedisPasswords(found, found, wish, rotation, complaint);
    }

    /** What logs in now. */
    Credentials credentials() {
        return credentials(stored);
    }

    private static Credentials credentials(StoredCredentials stored) {
        return new Credentials(byUser(stored.current()), byUser(stored.others()));
    }

    private static Map<AclUser, Password> byUser(Map<String, Password> passwords) {
        var byUser = new EnumMap<AclUser, Password>(AclUser.class);
        for (var user : AclUser.values()) {
            var password = passwords.get(user.userName());
            if (password != null) {
                byUser.put(user, password);
            }
        }
        return byUser;
    }

    /** When they are replaced next by schedule, if there is one. */
    Optional<Instant> nextRotation() {
        return Rotation.due(stored, wish);
    }

    /** When the next step is due by time alone. */
    Optional<Instant> wakeAt(ServerUsers.Seen server) {
        return rotation.wakeAt(stored, wish, server.since(credentials().users()));
    }
}
