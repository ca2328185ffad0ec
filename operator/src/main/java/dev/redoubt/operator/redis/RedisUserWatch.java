package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.api.v1alpha1.RedisUser;
import dev.redoubt.operator.apply.Informers;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.rotation.StoredCredentials;
import dev.redoubt.operator.server.RedisServers;
import io.fabric8.kubernetes.api.model.Secret;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The RedisUsers of each Redis. A change of one wakes the pass of its Redis, which is who tells the server of it. */
final class RedisUserWatch {
    private final InformerEventSource<RedisUser, Redis> users;
    private final RedisServers servers;

    /** @param selector of the RedisUsers that this operator handles */
    RedisUserWatch(EventSourceContext<Redis> context, RedisServers servers, String selector) {
        this.servers = servers;
        this.users = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(RedisUser.class, Redis.class)
                        .withName("users")
                        .withNamespacesInheritedFromController()
                        .withLabelSelector(selector)
                        .withSecondaryToPrimaryMapper(user -> Set.of(new ResourceID(
                                user.getSpec().redisRef().name(),
                                user.getMetadata().getNamespace())))
                        .build(),
                context);
    }

    InformerEventSource<RedisUser, Redis> eventSource() {
        return users;
    }

    /** The users that the server of a Redis has to have because RedisUsers ask for them. */
    List<SpecifiedUser> of(RedisNames names, Informers<Redis> caches) {
        var specified = users.list(names.namespace(), user -> names.redis()
                        .equals(user.getSpec().redisRef().name()))
                .toList();
        var passwords = specified.stream()
                .collect(Collectors.toMap(user -> user.getMetadata().getName(), user -> passwords(user, caches)));
        var standing = SpecifiedUsers.standing(
                caches.find(Secret.class, names.namespace(), names.aclSecret()).orElse(null));
        return SpecifiedUsers.of(
                        specified,
                        standing,
                        user -> passwordsOf(user.getMetadata().getName(), passwords).stream()
                                .map(Password::sha256)
                                .toList(),
                        rules -> servers.tried(names.server(0), rules))
                .stream()
                .map(user -> new SpecifiedUser(user, passwordsOf(user.name(), passwords)))
                .toList();
    }

    private static List<Password> passwordsOf(String user, Map<String, List<Password>> passwords) {
        return passwords.getOrDefault(user, List.of());
    }

    private static List<Password> passwords(RedisUser user, Informers<Redis> caches) {
        var metadata = user.getMetadata();
        var secret = caches.find(
                        Secret.class, metadata.getNamespace(), RedisUserNames.credentialsSecret(metadata.getName()))
                .filter(found -> found.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> owner.getUid().equals(metadata.getUid())));
        return StoredCredentials.ofUser(RedisUserNames.credentials(secret), RedisUserNames.PASSWORD)
                .toList();
    }
}
