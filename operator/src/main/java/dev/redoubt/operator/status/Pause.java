package dev.redoubt.operator.status;

import dev.redoubt.operator.owned.Labels;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Whether somebody has told the operator to keep its hands off a resource, and what that means for its status. */
public final class Pause {
    /** The schema's default: nothing was carried out yet. */
    private static final long NOTHING = -1;

    private Pause() {}

    /** Whether {@code resource} is paused. Another value than {@code true} does not pause: who writes {@code false} means it. */
    public static boolean isSet(HasMetadata resource) {
        var annotations = resource.getMetadata().getAnnotations();
        return annotations != null && Labels.TRUE.equals(annotations.get(Labels.PAUSED));
    }

    /** What is said of a resource that is paused: above all how to go on, because a pause is easily forgotten. */
    public static String message(HasMetadata resource) {
        var metadata = resource.getMetadata();
        return "Annotation %s is true: the operator looks and changes nothing. To go on: kubectl -n %s annotate %s %s %s-"
                .formatted(
                        Labels.PAUSED,
                        metadata.getNamespace(),
                        resource.getKind().toLowerCase(Locale.ROOT),
                        metadata.getName(),
                        Labels.PAUSED);
    }

    /**
     * The generation that a status of {@code resource} is about. During a pause it is the one that was carried out last: who waits for
     * a newer specification must not be told that it is done.
     *
     * @param before the one that the last status was about, if there is any
     */
    public static long generation(HasMetadata resource, @Nullable Long before) {
        if (!isSet(resource)) {
            return resource.getMetadata().getGeneration();
        }
        return before == null ? NOTHING : before;
    }
}
