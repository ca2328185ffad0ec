package dev.redoubt.operator.owned;

import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;

/** A Secret as a pod gets it: as files, never as environment variables. */
public final class MountedSecret {
    /** Read by the owner and the group that fsGroup gives; by nobody else. */
    private static final int MODE = 0440;

    private MountedSecret() {}

    /** The volume {@code name} with the content of {@code secret}. */
    public static Volume volume(String name, String secret) {
        return new VolumeBuilder()
                .withName(name)
                .withNewSecret()
                .withSecretName(secret)
                .withDefaultMode(MODE)
                .endSecret()
                .build();
    }
}
