package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.acl.Credentials;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.rotation.Rotation;
import dev.redoubt.operator.rotation.Rotation.Facts;
import dev.redoubt.operator.rotation.StoredCredentials;
import dev.redoubt.operator.rotation.Wish;
import dev.redoubt.operator.settings.DurationText;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.status.Verdict;
import java.time.Instant;
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
        var wish = wish(redis, given);
        var rotation = new Rotation(settings.propagation(), settings.grace());
        var before = StoredCredentials.read(world.credentials(), wish, now, generator);
        var facts =
                new Facts(server.since(before.credentials().users()), isHandedOut(before.current(), world.handedOut()));
        var after = rotation.next(before, wish, facts, now, generator);
        var complaint = given instanceof GivenPassword.Refused(var why) ? Optional.of(why) : Optional.<Verdict>empty();
        return new RedisPasswords(before, after, wish, rotation, complaint);
    }

    private static Wish wish(Redis redis, GivenPassword given) {
        var annotations = redis.getMetadata().getAnnotations();
        var request = annotations == null ? "" : annotations.getOrDefault(Labels.ROTATE_CREDENTIALS, "");
        return new Wish(
                request,
                Optional.ofNullable(redis.getSpec().auth().rotateEvery()).map(DurationText::parse),
                !(given instanceof GivenPassword.None),
                given instanceof GivenPassword.Usable(var password) ? Optional.of(password) : Optional.empty(),
                redis.getMetadata().getUid());
    }

    private static boolean isHandedOut(Map<AclUser, Password> current, Map<AclUser, Password> handedOut) {
        return handedOut.entrySet().stream().allMatch(entry -> entry.getValue().equals(current.get(entry.getKey())));
    }

    /** The same without a step: in a pass that stores nothing, nothing may be told to the server either. */
    RedisPasswords asFound() {
        return new RedisPasswords(found, found, wish, rotation, complaint);
    }

    /** What logs in now. */
    Credentials credentials() {
        return stored.credentials();
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
