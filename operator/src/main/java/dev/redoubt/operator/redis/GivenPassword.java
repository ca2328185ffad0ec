package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.PasswordSecretRef;
import dev.redoubt.api.v1alpha1.RedisSpec;
import dev.redoubt.api.v1alpha1.RedisUserSpec;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.rotation.Wish;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The password of an application or of a RedisUser, as far as its owner has chosen it. */
public sealed interface GivenPassword {
    /** The fewest characters: with 64 different ones as many bits as an AES key has. */
    int SHORTEST = 20;

    int LONGEST = 512;

    /** Neither spaces nor line breaks, which are added unseen and got lost in URLs and shells. */
    Pattern USABLE = Pattern.compile("[\\x21-\\x7e]*");

    /** Nobody has: the operator generates it. */
    record None() implements GivenPassword {}

    /** It can be used. Prints as {@code ***}. */
    record Usable(Password password) implements GivenPassword {}

    /** It cannot, and why; what works goes on working. */
    record Refused(Verdict why) implements GivenPassword {}

    /**
     * What {@code resource} wants of its passwords, where this is one of them.
     *
     * @param users who have one
     * @param user whose password this is
     * @param every how old generated ones may become
     */
    default Wish wish(HasMetadata resource, List<String> users, String user, Optional<Duration> every) {
        var annotations = resource.getMetadata().getAnnotations();
        return new Wish(
                users,
                annotations == null ? "" : annotations.getOrDefault(Labels.ROTATE_CREDENTIALS, ""),
                every,
                this instanceof None ? Set.of() : Set.of(user),
                this instanceof Usable(var password) ? Map.of(user, password) : Map.of(),
                resource.getMetadata().getUid());
    }

    /** The password of user {@code app} that {@code spec} names, among the Secrets of its namespace. */
    static GivenPassword of(RedisSpec spec, String namespace, Function<String, GivenSecret> secrets) {
        return new Reference(
                        "spec.auth.passwordSecretRef",
                        namespace,
                        "Until then the password of now goes on to be the application's.")
                .find(spec.auth().passwordSecretRef(), secrets);
    }

    /** The password that {@code spec} names, among the Secrets of its namespace. */
    static GivenPassword of(RedisUserSpec spec, String namespace, Function<String, GivenSecret> secrets) {
        return new Reference(
                        "spec.passwordSecretRef", namespace, "Until then the server keeps what it has of the user.")
                .find(spec.passwordSecretRef(), secrets);
    }

    /**
     * The field that names a Secret.
     *
     * @param meanwhile what holds while it cannot be used, as a sentence
     */
    record Reference(String field, String namespace, String meanwhile) {

        private GivenPassword find(@Nullable PasswordSecretRef reference, Function<String, GivenSecret> secrets) {
            if (reference == null) {
                return new None();
            }
            return switch (secrets.apply(reference.name())) {
                case GivenSecret.Missing() ->
                    refused(
                            Reason.SecretNotFound,
                            "%s names Secret %s, which does not exist. Create it, with the label %s: \"true\""
                                    .formatted(field, reference.name(), Labels.WATCH));
                case GivenSecret.Unlabelled() ->
                    refused(
                            Reason.SecretNotFound,
                            ("Secret %1$s exists, but lacks the label that lets the operator read it:"
                                            + " kubectl -n %2$s label secret %1$s %3$s=true")
                                    .formatted(reference.name(), namespace, Labels.WATCH));
                case GivenSecret.Labelled(var secret) ->
                    checked(reference, SecretData.decode(secret).get(reference.key()));
            };
        }

        private GivenPassword checked(PasswordSecretRef reference, @Nullable String text) {
            if (text == null) {
                return refused(
                        Reason.PasswordUnusable,
                        "Secret %s has no readable entry %s. Add it, or set %s.key"
                                .formatted(reference.name(), reference.key(), field));
            }
            return fault(text)
                    .<GivenPassword>map(fault -> refused(
                            Reason.PasswordUnusable,
                            "Entry %s of Secret %s %s".formatted(reference.key(), reference.name(), fault)))
                    .orElseGet(() -> new Usable(new Password(text)));
        }

        private Refused refused(Reason reason, String message) {
            return new Refused(Verdict.notReady(reason, message + ". " + meanwhile));
        }
    }

    /** What is wrong with a password, without telling anything of it but its length. */
    private static Optional<String> fault(String text) {
        if (text.endsWith("\n")) {
            return Optional.of(
                    "ends in a line break, which would be part of the password. Write it without (printf, or echo -n)");
        }
        if (text.length() < SHORTEST || text.length() > LONGEST) {
            return Optional.of(
                    "has %d characters. A password has from %d to %d".formatted(text.length(), SHORTEST, LONGEST));
        }
        return USABLE.matcher(text).matches()
                ? Optional.empty()
                : Optional.of("has other characters than printable ASCII without spaces, which not every client sends"
                        + " alike. Choose another password");
    }
}
