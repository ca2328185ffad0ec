package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;

/** What survives a restart of the server, and where it is kept. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Persistence(Boolean appendOnly, AppendFsync appendFsync, List<Snapshot> snapshots, Storage storage) {

    /** Fills in the schema's defaults. */
    public Persistence {
        appendOnly = Objects.requireNonNullElse(appendOnly, true);
        appendFsync = Objects.requireNonNullElse(appendFsync, AppendFsync.EVERYSEC);
        snapshots = snapshots == null ? List.of() : List.copyOf(snapshots);
        storage = Objects.requireNonNullElse(storage, Storage.DEFAULT);
    }

    static final Persistence DEFAULT = new Persistence(true, AppendFsync.EVERYSEC, List.of(), Storage.DEFAULT);
}
