package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.RedisUser;
import dev.redoubt.operator.acl.AclFile;
import dev.redoubt.operator.acl.Admission;
import dev.redoubt.operator.acl.Permissions;
import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.redisconf.RedisConf;
import dev.redoubt.operator.server.TriedRules;
import dev.redoubt.operator.status.Pause;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The users of a Redis that RedisUsers ask for. A rule reaches the ACL file only after the running server has taken it and has shown
 * that it does no harm; the file itself is the memory of that. Until then, and while what is asked for cannot be given, a user
 * keeps what the file says.
 */
public final class SpecifiedUsers {
    private SpecifiedUsers() {}

    /**
     * The users, in the order of their names.
     *
     * @param users all that name the Redis
     * @param standing by name, as {@link #standing} reads them
     * @param hashes SHA-256 of the passwords of a user; none while it has no password
     * @param tried what the running server made of rules, if it was asked
     */
    static List<ServerUser> of(
            List<RedisUser> users,
            Map<String, ServerUser> standing,
            Function<RedisUser, Collection<String>> hashes,
            Function<String, Optional<TriedRules>> tried) {
        var admission = new Admission(users, standing);
        return users.stream()
                .filter(user -> !user.isMarkedForDeletion())
                .flatMap(user -> {
                    var name = user.getMetadata().getName();
                    var told = Optional.ofNullable(standing.get(name));
                    return Pause.isSet(user)
                            ? told.stream()
                            : one(user, told, admission, hashes.apply(user), tried).stream();
                })
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList();
    }

    private static Optional<ServerUser> one(
            RedisUser user,
            Optional<ServerUser> told,
            Admission admission,
            Collection<String> hashes,
            Function<String, Optional<TriedRules>> tried) {
        if (hashes.isEmpty()) {
            return told;
        }
        var name = user.getMetadata().getName();
        var kept = told.map(before -> ServerUser.withPasswords(name, hashes, before.rules()));
        if (admission.complaint(user).isPresent()) {
            return kept;
        }
        var rules = Permissions.rules(user.getSpec());
        var wanted = ServerUser.withPasswords(name, hashes, rules);
        var stands = told.filter(before -> before.rules().equals(rules)).isPresent();
        var trial = tried.apply(rules);
        if (trial.isEmpty()) {
            return stands ? Optional.of(wanted) : kept;
        }
        if (trial.get().areHarmless()) {
            return Optional.of(wanted);
        }
        // A newer server lets such a user do more than the one that was asked first: it goes.
        return stands ? Optional.empty() : kept;
    }

    /** The users that the ACL file in {@code secret} declares beside the built-in ones, and those too, by name. */
    public static Map<String, ServerUser> standing(@Nullable Secret secret) {
        return Stream.ofNullable(SecretData.decode(secret).get(RedisConf.ACL_FILE))
                .map(AclFile::withPasswords)
                .findFirst()
                .orElse(Map.of());
    }
}
