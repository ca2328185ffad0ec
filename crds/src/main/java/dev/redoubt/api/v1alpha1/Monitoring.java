package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/** How a server is watched from outside. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Monitoring(Exporter exporter) {

    /** Fills in the schema's defaults. */
    public Monitoring {
        exporter = Objects.requireNonNullElse(exporter, Exporter.DEFAULT);
    }

    static final Monitoring DEFAULT = new Monitoring(Exporter.DEFAULT);
}
