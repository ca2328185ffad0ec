package dev.redoubt.operator.acl;

import dev.redoubt.api.v1alpha1.KeyPattern;
import dev.redoubt.api.v1alpha1.RedisUser;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which of the RedisUsers of one Redis may have what they ask for. What one has already, nobody takes away by asking for the same keys:
 * then the newcomer is refused, and among newcomers the younger.
 *
 * @param users all that name the Redis
 * @param standing the users in its ACL file, by name: what the server was told
 */
public record Admission(List<RedisUser> users, Map<String, ServerUser> standing) {
    /** So many that the look at the rights of each stays a matter of a second. */
    public static final int MOST_USERS = 100;

    private static final Comparator<RedisUser> BY_AGE = Comparator.<RedisUser, String>comparing(
                    user -> Objects.requireNonNullElse(user.getMetadata().getCreationTimestamp(), ""))
            .thenComparing(user -> user.getMetadata().getName());

    public Admission {
        users = users.stream().sorted(BY_AGE).toList();
        standing = Map.copyOf(standing);
    }

    /** Why {@code user} may not have what it asks for, in words that say what to write instead; empty if it may. */
    public Optional<String> complaint(RedisUser user) {
        return Permissions.complaint(name(user), user.getSpec())
                .or(() -> users.stream()
                        .filter(other -> !name(other).equals(name(user)))
                        .flatMap(other -> conflict(user, other).stream())
                        .findFirst())
                .or(() -> tooMany(user));
    }

    private Optional<String> tooMany(RedisUser user) {
        var place = users.stream().map(Admission::name).toList().indexOf(name(user));
        return stands(user) || place < MOST_USERS
                ? Optional.empty()
                : Optional.of(
                        "Redis %s has %d RedisUsers already, and may not have more. Delete some, or make another Redis."
                                .formatted(user.getSpec().redisRef().name(), MOST_USERS));
    }

    private Optional<String> conflict(RedisUser user, RedisUser other) {
        var stands = stands(user);
        var otherStands = stands(other);
        if (stands && !otherStands) {
            return Optional.empty();
        }
        var asked =
                otherStands || BY_AGE.compare(other, user) < 0 ? other.getSpec().keys() : List.<KeyPattern>of();
        var guarded = Stream.concat(asked.stream(), held(other, otherStands)).toList();
        return user.getSpec().keys().stream()
                .flatMap(mine -> guarded.stream()
                        .filter(theirs -> Patterns.overlap(mine.pattern(), theirs.pattern()))
                        .filter(theirs -> !mine.shared() || (!stands && !theirs.shared()))
                        .map(theirs -> overlap(mine, other, theirs)))
                .findFirst();
    }

    /** What {@code other} has on the server, where that is something else than it asks for now. */
    private Stream<KeyPattern> held(RedisUser other, boolean otherStands) {
        var told = standing.get(name(other));
        return otherStands || told == null ? Stream.empty() : Permissions.keys(told.rules());
    }

    private static String overlap(KeyPattern mine, RedisUser other, KeyPattern theirs) {
        return ("spec.keys: \"%s\" reaches keys of RedisUser %s, which has \"%s\". Write another prefix; or, if both shall reach"
                        + " these keys, shared: true for this pattern in both.")
                .formatted(mine.pattern(), name(other), theirs.pattern());
    }

    /** Whether the server was told exactly the rights that {@code user} asks for. */
    private boolean stands(RedisUser user) {
        var told = standing.get(name(user));
        return told != null
                && Permissions.complaint(name(user), user.getSpec()).isEmpty()
                && told.rules().equals(Permissions.rules(user.getSpec()));
    }

    private static String name(RedisUser user) {
        return user.getMetadata().getName();
    }
}
