package dev.redoubt.operator.certificatesources;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Map;
import java.util.TreeMap;

/** What cert-manager issues by. Its specification is written by one renderer, and its status read by one reader. */
@Group(CertManagerApi.GROUP)
@Version(CertManagerApi.VERSION)
public final class Certificate extends CustomResource<Map<String, Object>, Map<String, Object>> implements Namespaced {
    @Override
    protected Map<String, Object> initSpec() {
        return new TreeMap<>();
    }
}
