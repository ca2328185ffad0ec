package dev.redoubt.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/**
 * A Redis (or Valkey) that is hardened, sized and persistent.
 *
 * <p>The API server always fills in {@code spec}. A {@code new Redis()} has none, so that it can carry a status alone.
 */
@Group("redoubt.dev")
@Version("v1alpha1")
@Plural("redises")
@ShortNames("rd")
public final class Redis extends CustomResource<RedisSpec, RedisStatus> implements Namespaced {

    @Override
    protected @Nullable RedisSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable RedisStatus initStatus() {
        return null;
    }

    /** What was observed last; null before the API server has seen the resource. */
    @Override
    public @Nullable RedisStatus getStatus() {
        return super.getStatus();
    }
}
