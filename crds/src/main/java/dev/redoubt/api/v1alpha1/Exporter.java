package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The program that shows a server's statistics to Prometheus. Without {@code resources} it gets the operator's. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Exporter(Boolean enabled, @Nullable ResourceRequirements resources) {

    /** Fills in the schema's defaults. */
    public Exporter {
        enabled = Objects.requireNonNullElse(enabled, true);
    }

    static final Exporter DEFAULT = new Exporter(true, null);
}
