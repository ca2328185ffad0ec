package dev.redoubt.operator;

import dev.redoubt.operator.status.Pause;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;

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
                || Pause.isSet(now) != Pause.isSet(before);
    }
}
