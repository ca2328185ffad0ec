package dev.redoubt.operator.redisuser;

import dev.redoubt.api.v1alpha1.RedisUser;
import dev.redoubt.operator.acl.Admission;
import dev.redoubt.operator.acl.Permissions;
import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.owned.Owner;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.redis.GivenPassword;
import dev.redoubt.operator.redis.RedisNames;
import dev.redoubt.operator.rotation.Rotation;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From a specification and what it refers to, to the model of a pass. */
final class RedisUserResolver {
    private final String clusterDomain;
    private final PasswordGenerator passwords;
    private final Rotation rotation;

    RedisUserResolver(String clusterDomain, PasswordGenerator passwords, Rotation rotation) {
        this.clusterDomain = clusterDomain;
        this.passwords = passwords;
        this.rotation = rotation;
    }

    /**
     * What there is of what a RedisUser refers to. Prints no Secret.
     *
     * @param redisBinding the binding Secret of its Redis
     * @param users all RedisUsers of its Redis
     * @param credentials the user's own Secret
     * @param binding the one of its clients
     * @param onServer the user as the running server has it, as far as it has and can be asked
     * @param given the password that the specification names, if it names one
     */
    record Referents(
            Optional<Secret> redisBinding,
            List<RedisUser> users,
            Optional<Secret> credentials,
            Optional<Secret> binding,
            Optional<SeenUser> onServer,
            GivenPassword given) {
        @Override
        public String toString() {
            return "Referents[binding " + redisBinding.isPresent() + ", users " + users.size() + "]";
        }
    }

    /** What a specification turned out to be. */
    sealed interface Resolution {
        /** It can be carried out. */
        record Resolved(RedisUserModel model) implements Resolution {}

        /** It cannot, or not yet; what the server has is left as it is. */
        record Refused(Verdict verdict) implements Resolution {}
    }

    Resolution resolve(
            Owner owner, RedisUser user, Map<String, ServerUser> standing, Referents referents, Instant now) {
        var redis = user.getSpec().redisRef().name();
        var complaint = new Admission(referents.users(), standing).complaint(user);
        if (complaint.isPresent()) {
            return refused(Reason.InvalidSpec, complaint.get());
        }
        if (referents.redisBinding().isEmpty()) {
            return refused(
                    Reason.WaitingForRedis,
                    ("Redis %s, which spec.redisRef names, does not exist in namespace %s or has no binding Secret yet. Create it, or"
                                    + " correct spec.redisRef.")
                            .formatted(redis, owner.namespace()));
        }
        if (referents.given() instanceof GivenPassword.Refused(var why)) {
            return new Resolution.Refused(why);
        }
        return new Resolution.Resolved(new RedisUserModel(
                owner,
                redis,
                SecretData.decode(referents.redisBinding().orElse(null)),
                UserPasswords.resolve(user, referents, rotation, now, passwords),
                Permissions.rules(user.getSpec()),
                new RedisNames(redis, owner.namespace(), clusterDomain).server(0)));
    }

    private static Resolution refused(Reason reason, String message) {
        return new Resolution.Refused(Verdict.notReady(reason, message));
    }
}
