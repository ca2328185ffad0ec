package dev.redoubt.operator.redisuser;

import dev.redoubt.api.v1alpha1.RedisUser;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.redis.RedisUserNames;
import dev.redoubt.operator.redisuser.RedisUserResolver.Referents;
import dev.redoubt.operator.rotation.Rotation;
import dev.redoubt.operator.rotation.Rotation.Facts;
import dev.redoubt.operator.rotation.StoredCredentials;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The password of a user as it is to be stored after this pass, and the other one while it is replaced. Prints none.
 *
 * @param stored what the credentials Secret is to say
 * @param nextStep when the next step of a rotation is due by time alone
 */
record UserPasswords(StoredCredentials stored, Optional<Instant> nextStep) {
    private static final String USER = RedisUserNames.PASSWORD;

    /** Takes the next step of a rotation, if one is due. A RedisUser has no schedule. */
    static UserPasswords resolve(
            RedisUser user, Referents referents, Rotation rotation, Instant now, PasswordGenerator generator) {
        var wish = referents.given().wish(user, List.of(USER), USER, Optional.empty());
        var before = StoredCredentials.read(RedisUserNames.credentials(referents.credentials()), wish, now, generator);
        var isHandedOut = RedisUserSecrets.password(referents.binding())
                .filter(before.of(USER)::equals)
                .isPresent();
        var after = rotation.next(before, wish, new Facts(knownSince(referents, before), isHandedOut), now, generator);
        return new UserPasswords(after, rotation.wakeAt(after, wish, knownSince(referents, after)));
    }

    private static Optional<Instant> knownSince(Referents referents, StoredCredentials stored) {
        return referents.onServer().flatMap(seen -> seen.since(hashes(stored)));
    }

    /** What clients are given. */
    Password current() {
        return stored.of(USER);
    }

    /** SHA-256 of all that log in. */
    Set<String> hashes() {
        return hashes(stored);
    }

    private static Set<String> hashes(StoredCredentials stored) {
        return stored.allOf(USER).stream().map(Password::sha256).collect(Collectors.toSet());
    }

    /** Whether one is being replaced. */
    boolean isReplaced() {
        return stored.stage() != StoredCredentials.Stage.SETTLED;
    }
}
