package dev.redoubt.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/**
 * A cache over HTTPS in front of a {@link Redis}.
 *
 * <p>The API server never stores one without {@code spec}. A {@code new CacheService()} has none, so that it can carry
 * a status alone.
 */
@Group("redoubt.dev")
@Version("v1alpha1")
@Plural("cacheservices")
@ShortNames("csvc")
public final class CacheService extends CustomResource<CacheServiceSpec, CacheServiceStatus> implements Namespaced {

    @Override
    protected @Nullable CacheServiceSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable CacheServiceStatus initStatus() {
        return null;
    }

    /** What was observed last; null before the API server has seen the resource. */
    @Override
    public @Nullable CacheServiceStatus getStatus() {
        return super.getStatus();
    }
}
