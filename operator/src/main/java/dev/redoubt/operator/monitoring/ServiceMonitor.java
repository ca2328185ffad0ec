package dev.redoubt.operator.monitoring;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Map;
import java.util.TreeMap;

/** What the Prometheus operator makes scrape targets from. Its content is written by one renderer and read by nobody here. */
@Group(MonitoringApi.GROUP)
@Version(MonitoringApi.VERSION)
public final class ServiceMonitor extends CustomResource<Map<String, Object>, Void> implements Namespaced {
    @Override
    protected Map<String, Object> initSpec() {
        return new TreeMap<>();
    }
}
