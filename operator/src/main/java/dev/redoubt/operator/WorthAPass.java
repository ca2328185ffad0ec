package dev.redoubt.operator;

import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.status.Pause;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which changes of a resource wake a pass over it. The framework's own filter looks at the generation alone, which an annotation does
 * not change; without any, each status that a pass writes would wake the next.
 */
final class WorthAPass {
    private WorthAPass() {}

    /** Whether {@code now} asks for something else than {@code before}. */
    static boolean isNews(HasMetadata now, HasMetadata before) {
        return !Objects.equals(
                        now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
                // Deleted and made again while nobody watched: a new one begins with the same generation.
                || !Objects.equals(
                        now.getMetadata().getUid(), before.getMetadata().getUid())
                || now.isMarkedForDeletion() != before.isMarkedForDeletion()
                || Pause.isSet(now) != Pause.isSet(before)
                || !Objects.equals(rotation(now), rotation(before));
    }

    private static @Nullable String rotation(HasMetadata resource) {
        var annotations = resource.getMetadata().getAnnotations();
        return annotations == null ? null : annotations.get(Labels.ROTATE_CREDENTIALS);
    }
}
