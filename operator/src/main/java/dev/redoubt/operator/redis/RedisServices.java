package dev.redoubt.operator.redis;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import java.util.List;

/** The two Services of a Redis: the one that clients use, and the headless one that names the pods. */
final class RedisServices {
    private RedisServices() {}

    static List<HasMetadata> render(RedisModel model) {
        return List.of(headless(model), client(model));
    }

    private static HasMetadata headless(RedisModel model) {
        return new ServiceBuilder()
                .withMetadata(model.owner().metadata(model.names().headlessService()))
                .withNewSpec()
                .withClusterIP("None")
                // A pod has its name before it is ready.
                .withPublishNotReadyAddresses(true)
                .withSelector(model.owner().selector())
                .withPorts(port())
                .endSpec()
                .build();
    }

    private static HasMetadata client(RedisModel model) {
        return new ServiceBuilder()
                .withMetadata(model.owner().metadata(model.names().base()))
                .withNewSpec()
                .withType("ClusterIP")
                .withSelector(model.owner().selector())
                .withPorts(port())
                .endSpec()
                .build();
    }

    private static ServicePort port() {
        return new ServicePortBuilder()
                .withName(RedisStatefulSet.PORT_NAME)
                .withProtocol("TCP")
                .withPort(RedisNames.PORT)
                .withTargetPort(new IntOrString(RedisStatefulSet.PORT_NAME))
                .build();
    }
}
