package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The volume of each server. Without {@code size} it is derived from {@code maxMemory}; without {@code
 * storageClassName} the cluster's default class is used.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Storage(@Nullable Quantity size, @Nullable String storageClassName, Retention retention) {

    /** Fills in the schema's defaults. */
    public Storage {
        retention = Objects.requireNonNullElse(retention, Retention.RETAIN);
    }

    static final Storage DEFAULT = new Storage(null, null, Retention.RETAIN);
}
