package dev.redoubt.operator.cacheservice;

import dev.redoubt.api.v1alpha1.AccessLog;
import dev.redoubt.api.v1alpha1.NearCache;
import dev.redoubt.api.v1alpha1.RateLimit;
import dev.redoubt.api.v1alpha1.Region;
import dev.redoubt.api.v1alpha1.Scheduling;
import dev.redoubt.operator.certificates.ServerIdentity;
import dev.redoubt.operator.owned.Owner;
import dev.redoubt.operator.settings.OperatorSettings.OperatorPod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.List;
import java.util.Optional;

/**
 * All that a pass knows of what a CacheService shall be. It is made once, at the start of the pass, and never changes.
 *
 * @param redis where values are kept
 * @param state where what must not be evicted is kept; empty = there too
 * @param clients those that are known by an API key
 * @param tokens those that are known by their ServiceAccount
 * @param nearCache what is kept in memory; empty = as the service does by itself
 * @param accessLog lines about requests; empty = none
 * @param operatorPod where connections of the operator come from
 * @param peers who may connect; empty = pods with the label for clients
 */
public record CacheServiceModel(
        Owner owner,
        CacheServiceNames names,
        String image,
        int replicas,
        RedisBinding redis,
        Optional<RedisBinding> state,
        List<Region> regions,
        List<RateLimit> rateLimits,
        List<ClientKey> clients,
        TokenClients tokens,
        Optional<NearCache> nearCache,
        Optional<AccessLog> accessLog,
        ResourceRequirements resources,
        Scheduling scheduling,
        OperatorPod operatorPod,
        List<NetworkPolicyPeer> peers,
        ServerIdentity identity) {

    /**
     * A Redis that the service uses.
     *
     * @param redis its name
     * @param secret the Secret to bind to
     * @param hash of the Secret's content, without the password and certificates: the service reads those for each connection, so that others
     *     restart nothing
     * @param filesHash of all of it
     */
    public record RedisBinding(String redis, String secret, String hash, String filesHash) {}
}
