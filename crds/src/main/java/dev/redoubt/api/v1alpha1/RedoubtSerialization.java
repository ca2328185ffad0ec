package dev.redoubt.api.v1alpha1;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/** How the resources of this API are read and written. */
public final class RedoubtSerialization {

    private RedoubtSerialization() {}

    /**
     * A serialization for {@code KubernetesClientBuilder.withKubernetesSerialization}. It knows the kinds of this
     * package, and it reads an enum value that it does not know as null, which the records turn into the default: a
     * reader that is older than the CRD in the cluster keeps working.
     *
     * @param modules what else the reader wants to be read or written otherwise
     */
    public static KubernetesSerialization create(Module... modules) {
        ObjectMapper mapper =
                new ObjectMapper().configure(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL, true);
        mapper.registerModules(modules);
        return new KubernetesSerialization(mapper, true);
    }
}
