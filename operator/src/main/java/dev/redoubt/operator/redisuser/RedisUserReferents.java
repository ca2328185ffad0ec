package dev.redoubt.operator.redisuser;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.api.v1alpha1.RedisUser;
import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.apply.Known;
import dev.redoubt.operator.apply.ReferentWatch;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.redis.GivenPassword;
import dev.redoubt.operator.redis.GivenSecret;
import dev.redoubt.operator.redis.RedisNames;
import dev.redoubt.operator.redis.RedisUserNames;
import dev.redoubt.operator.redis.SpecifiedUsers;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What RedisUsers refer to: their Redis, its binding, its ACL file, the other RedisUsers of it, and the passwords that people bring along. A
 * change of one wakes whom it concerns.
 */
final class RedisUserReferents {
    private final IndexerResourceCache<RedisUser> users;
    private final InformerEventSource<Redis, RedisUser> redises;
    private final InformerEventSource<Secret, RedisUser> secretsOfRedises;
    private final InformerEventSource<Secret, RedisUser> passwords;
    private final KubernetesClient client;

    RedisUserReferents(EventSourceContext<RedisUser> context) {
        client = context.getClient();
        users = context.getPrimaryCache();
        redises = ReferentWatch.of(context, "redises", Redis.class, null, (user, name) -> redis(user)
                .equals(name));
        secretsOfRedises = ReferentWatch.of(
                context,
                "secrets-of-redises",
                Secret.class,
                Labels.MANAGED_BY + "=" + Labels.REDOUBT + "," + Labels.REDIS + ",!" + Labels.REDIS_USER,
                (user, name) -> name.equals(names(user).bindingSecret())
                        || name.equals(names(user).aclSecret()));
        passwords = ReferentWatch.of(
                context,
                "passwords",
                Secret.class,
                Labels.WATCH + "=" + Labels.TRUE,
                (user, name) -> Optional.ofNullable(user.getSpec().passwordSecretRef())
                        .filter(reference -> reference.name().equals(name))
                        .isPresent());
    }

    private static String redis(RedisUser user) {
        return user.getSpec().redisRef().name();
    }

    /** Of what belongs to the Redis of {@code user}; the domain of the cluster is in none of these. */
    private static RedisNames names(RedisUser user) {
        return new RedisNames(redis(user), user.getMetadata().getNamespace(), "");
    }

    List<EventSource<?, RedisUser>> eventSources() {
        return List.of(redises, secretsOfRedises, passwords);
    }

    Optional<Redis> redisOf(RedisUser user) {
        return redises.get(new ResourceID(redis(user), user.getMetadata().getNamespace()));
    }

    /** The users that the server of its Redis was told, by name. */
    Map<String, ServerUser> standing(RedisUser user) {
        return SpecifiedUsers.standing(ofRedis(user, names(user).aclSecret()).orElse(null));
    }

    /** @param owned what the operator made for RedisUsers */
    RedisUserResolver.Referents of(RedisUser user, Known owned, Optional<SeenUser> onServer) {
        var namespace = user.getMetadata().getNamespace();
        var name = user.getMetadata().getName();
        return new RedisUserResolver.Referents(
                redisOf(user).flatMap(_ -> ofRedis(user, names(user).bindingSecret())),
                users.list(namespace, other -> redis(other).equals(redis(user))).toList(),
                owned.find(Secret.class, namespace, RedisUserNames.credentialsSecret(name)),
                owned.find(Secret.class, namespace, RedisUserNames.bindingSecret(name)),
                onServer,
                GivenPassword.of(user.getSpec(), namespace, secret -> given(namespace, secret)));
    }

    private GivenSecret given(String namespace, String name) {
        return GivenSecret.of(
                passwords.get(new ResourceID(name, namespace)),
                () -> client.secrets().inNamespace(namespace).withName(name).get() != null);
    }

    private Optional<Secret> ofRedis(RedisUser user, String name) {
        return secretsOfRedises.get(new ResourceID(name, user.getMetadata().getNamespace()));
    }
}
