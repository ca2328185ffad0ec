package dev.redoubt.operator.apply;

import dev.redoubt.operator.status.Verdict;
import java.util.List;

/** What became of the desired objects. */
public sealed interface Applied {
    /**
     * All are as desired.
     *
     * @param written what had to be written for that, such as {@code Service cache-redis created}; empty in a pass over
     *     an unchanged resource
     */
    record Done(List<String> written) implements Applied {}

    /** One could not be written, and those after it were not tried. */
    record Blocked(Verdict verdict) implements Applied {}
}
