package dev.redoubt.operator.redis;

import io.fabric8.kubernetes.api.model.Secret;

/** A Secret that somebody has made for a Redis. */
sealed interface GivenSecret {
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
}
