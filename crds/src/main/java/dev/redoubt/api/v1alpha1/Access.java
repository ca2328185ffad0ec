package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.List;

/** Who may connect. No peer means: the pods of the same namespace that carry the label for clients. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Access(List<NetworkPolicyPeer> from) {

    /** Fills in the schema's defaults. */
    public Access {
        from = from == null ? List.of() : List.copyOf(from);
    }

    static final Access BY_LABEL = new Access(List.of());
}
