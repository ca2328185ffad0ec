package dev.redoubt.operator.owned;

import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;

/** The security contexts that pass the Pod Security Standard "restricted", with a read-only root file system besides. */
public final class PodHardening {
    private PodHardening() {}

    /** For a pod whose processes run as user and group {@code id}, which own its volumes too. */
    public static PodSecurityContext pod(long id) {
        return new PodSecurityContextBuilder()
                .withRunAsNonRoot(true)
                .withRunAsUser(id)
                .withRunAsGroup(id)
                .withFsGroup(id)
                // Changing the owner of every file of a large volume at each start takes minutes.
                .withFsGroupChangePolicy("OnRootMismatch")
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .build();
    }

    /** For each container of such a pod. */
    public static SecurityContext container() {
        return new SecurityContextBuilder()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .build();
    }
}
