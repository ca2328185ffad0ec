package dev.redoubt.operator.redis;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A Secret that somebody has made for a Redis, or for a user of one. */
public sealed interface GivenSecret {
    /** There is none of that name. */
    record Missing() implements GivenSecret {}

    /** There is one that the operator was not allowed to read. */
    record Unlabelled() implements GivenSecret {}

    /** It carries the label that lets the operator read it. */
    record Labelled(Secret secret) implements GivenSecret {
        @Override
        public String toString() {
            return "Labelled[" + secret.getMetadata().getName() + "]";
        }
    }

    /**
     * What is there of a Secret.
     *
     * @param labelled it, as a watch on those with the label has it
     * @param exists asks for one without the label, so that it can be said; what is in it is not looked at
     */
    static GivenSecret of(Optional<Secret> labelled, BooleanSupplier exists) {
        return labelled.<GivenSecret>map(Labelled::new)
                .orElseGet(() -> exists.getAsBoolean() ? new Unlabelled() : new Missing());
    }
}
