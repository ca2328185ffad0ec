package dev.redoubt.cache.mode;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The mode of one Redis at one moment.
 *
 * @param since since when that is so
 * @param why one sentence; null when all is well
 * @param affected what requests feel of it
 */
public record ModeView(Mode mode, Instant since, @Nullable String why, List<Affected> affected) {}
