package dev.redoubt.operator.redisuser;

import dev.redoubt.api.v1alpha1.PasswordSecretRef;
import dev.redoubt.api.v1alpha1.RedisUser;
import dev.redoubt.operator.acl.Admission;
import dev.redoubt.operator.acl.Permissions;
import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.Owner;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.redis.RedisNames;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** From a specification and what it refers to, to the model of a pass. */
final class RedisUserResolver {
    /** What fits into a URL after encoding, a line of an ACL file as a hash, and a terminal; shorter ones are guessed. */
    private static final Pattern GIVEN = Pattern.compile("[!-~]{20,512}");

    private final String clusterDomain;
    private final PasswordGenerator passwords;
    private final UserPasswords.Pace pace;

    RedisUserResolver(String clusterDomain, PasswordGenerator passwords, UserPasswords.Pace pace) {
        this.clusterDomain = clusterDomain;
        this.passwords = passwords;
        this.pace = pace;
    }

    /**
     * What there is of what a RedisUser refers to. Prints no Secret.
     *
     * @param redisBinding the binding Secret of its Redis
     * @param users all RedisUsers of its Redis
     * @param own the user's credentials Secret
     * @param onServer hashes of the passwords that the running server has for the user
     * @param given the Secret that the specification names, if it names one and the operator may read it
     */
    record Referents(
            Optional<Secret> redisBinding,
            List<RedisUser> users,
            Optional<Secret> own,
            Set<String> onServer,
            Optional<Secret> given) {
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
        var spec = user.getSpec();
        var redis = spec.redisRef().name();
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
        var reference = spec.passwordSecretRef();
        var given = Optional.ofNullable(reference).flatMap(named -> given(named, referents.given()));
        if (reference != null && given.isEmpty()) {
            return refused(
                    Reason.SecretNotFound,
                    ("The password: Secret %s does not exist, has no key %s, or lacks the label redoubt.dev/watch: \"true\" that lets"
                                    + " the operator read it.")
                            .formatted(reference.name(), reference.key()));
        }
        if (given.isPresent() && !GIVEN.matcher(given.get()).matches()) {
            return refused(
                    Reason.InvalidSpec,
                    ("spec.passwordSecretRef: the password in Secret %s is none of 20 to 512 printable ASCII characters without spaces."
                                    + " Write another; openssl rand -hex 32 makes one. Or leave passwordSecretRef out.")
                            .formatted(Optional.ofNullable(reference)
                                    .map(PasswordSecretRef::name)
                                    .orElse("")));
        }
        return new Resolution.Resolved(new RedisUserModel(
                owner,
                redis,
                SecretData.decode(referents.redisBinding().get()),
                passwords(user, given.map(Password::new), referents, now),
                Permissions.rules(spec),
                new RedisNames(redis, owner.namespace(), clusterDomain).server(0)));
    }

    private static Resolution refused(Reason reason, String message) {
        return new Resolution.Refused(Verdict.notReady(reason, message));
    }

    /** A text editor ends a file with a newline, and the password in it does not have one. */
    private static Optional<String> given(PasswordSecretRef reference, Optional<Secret> secret) {
        return Optional.ofNullable(SecretData.decode(secret.orElse(null)).get(reference.key()))
                .map(text -> text.endsWith("\n") ? text.stripTrailing() : text)
                .filter(text -> !text.isEmpty());
    }

    private UserPasswords passwords(RedisUser user, Optional<Password> given, Referents referents, Instant now) {
        var annotations = user.getMetadata().getAnnotations();
        var request = annotations == null ? "" : annotations.getOrDefault(Labels.ROTATE_CREDENTIALS, "");
        var wish = new UserPasswords.Wish(given, request);
        return UserPasswords.read(SecretData.decode(referents.own().orElse(null)))
                .map(before -> before.next(wish, referents.onServer(), pace, now, passwords))
                .orElseGet(() -> UserPasswords.first(wish, passwords));
    }
}
