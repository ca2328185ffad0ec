package dev.redoubt.operator.redis;

import dev.redoubt.operator.redisconf.RedisConf;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Every object of a Redis, from its model: the same model gives the same bytes. */
public final class RedisObjects {
    private RedisObjects() {}

    /** The objects in the order in which they are applied: what a pod mounts comes before the pod. */
    public static List<HasMetadata> render(RedisModel model) {
        return Stream.of(
                        RedisSecrets.render(model).stream(),
                        Stream.of(configMap(model), serviceAccount(model), RedisNetworkPolicy.render(model)),
                        RedisServices.render(model).stream(),
                        Stream.of(RedisStatefulSet.render(model)))
                .flatMap(objects -> objects)
                .toList();
    }

    private static HasMetadata configMap(RedisModel model) {
        return new ConfigMapBuilder()
                .withMetadata(model.owner().metadata(model.names().configMap()))
                .withData(Map.of(RedisConf.CONFIG_FILE, RedisConf.render(model.live())))
                .build();
    }

    private static HasMetadata serviceAccount(RedisModel model) {
        return new ServiceAccountBuilder()
                .withMetadata(model.owner().metadata(model.names().base()))
                .withAutomountServiceAccountToken(false)
                .build();
    }
}
