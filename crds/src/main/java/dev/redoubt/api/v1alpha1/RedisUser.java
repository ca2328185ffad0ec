package dev.redoubt.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/**
 * A user of a {@link Redis}, by its name.
 *
 * <p>The API server never stores one without {@code spec}. A {@code new RedisUser()} has none, so that it can carry a
 * status alone.
 */
@Group("redoubt.dev")
@Version("v1alpha1")
@Plural("redisusers")
@ShortNames("rduser")
public final class RedisUser extends CustomResource<RedisUserSpec, RedisUserStatus> implements Namespaced {

    @Override
    protected @Nullable RedisUserSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable RedisUserStatus initStatus() {
        return null;
    }

    /** What was observed last; null before the API server has seen the resource. */
    @Override
    public @Nullable RedisUserStatus getStatus() {
        return super.getStatus();
    }
}
