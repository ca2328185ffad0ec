package dev.redoubt.operator.certificates;

import dev.redoubt.operator.status.Verdict;
import java.util.Map;
import java.util.TreeMap;

/** Where the certificate shall come from, and what is there of it. */
public sealed interface Wish {
    /** From the resource's own authority. */
    record Own() implements Wish {}

    /**
     * From somebody else. Prints no key.
     *
     * @param origin for a person, such as {@code Secret shop/cache-certificate}
     * @param source {@code Secret} or {@code CertManager}
     */
    record Given(String source, String origin, Map<String, String> entries) implements Wish {
        public Given {
            entries = Map.copyOf(new TreeMap<>(entries));
        }

        @Override
        public String toString() {
            return "Given[" + origin + "]";
        }
    }

    /** From somebody else, and not there: {@code verdict} says why and what to do. */
    record Missing(String source, Verdict verdict) implements Wish {}
}
