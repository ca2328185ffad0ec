package dev.redoubt.operator.cacheservice;

import dev.redoubt.api.v1alpha1.CacheService;
import dev.redoubt.api.v1alpha1.CacheServiceSpec;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.redis.RedisNames;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What CacheServices refer to: their Redis, the Secrets to bind to it, and users' own API keys. A change of one wakes who refers to it. */
final class Referents {
    private final InformerEventSource<Redis, CacheService> redises;
    private final InformerEventSource<Secret, CacheService> bindings;
    private final InformerEventSource<Secret, CacheService> apiKeys;

    Referents(EventSourceContext<CacheService> context) {
        redises = eventSource(context, "redises", Redis.class, null, (spec, name) -> redisNames(spec)
                .anyMatch(name::equals));
        bindings = eventSource(
                context,
                "redis-bindings",
                Secret.class,
                Labels.MANAGED_BY + "=" + Labels.REDOUBT + "," + Labels.BINDING + "=service",
                (spec, name) ->
                        redisNames(spec).map(RedisNames::serviceBindingSecret).anyMatch(name::equals));
        apiKeys = eventSource(
                context, "api-keys", Secret.class, Labels.WATCH + "=" + Labels.TRUE, (spec, name) -> keySecrets(spec)
                        .anyMatch(name::equals));
    }

    private static <R extends HasMetadata> InformerEventSource<R, CacheService> eventSource(
            EventSourceContext<CacheService> context,
            String name,
            Class<R> kind,
            @Nullable String selector,
            BiPredicate<CacheServiceSpec, String> refersTo) {
        var primaries = context.getPrimaryCache();
        var configuration = InformerEventSourceConfiguration.from(kind, CacheService.class)
                .withName(name)
                .withNamespacesInheritedFromController()
                .withSecondaryToPrimaryMapper(referent -> {
                    Predicate<CacheService> refers = service -> refersTo.test(
                            service.getSpec(), referent.getMetadata().getName());
                    return primaries
                            .list(referent.getMetadata().getNamespace(), refers)
                            .map(ResourceID::fromResource)
                            .collect(Collectors.toUnmodifiableSet());
                });
        if (selector != null) {
            configuration.withLabelSelector(selector);
        }
        return new InformerEventSource<>(configuration.build(), context);
    }

    /** The Redises that {@code spec} names: the one for values, then the one for state. */
    static Stream<String> redisNames(CacheServiceSpec spec) {
        return Stream.concat(Stream.of(spec.redisRef()), Optional.ofNullable(spec.stateRef()).stream())
                .map(reference -> reference.name());
    }

    private static Stream<String> keySecrets(CacheServiceSpec spec) {
        return spec.clients().stream()
                .flatMap(client -> Optional.ofNullable(client.apiKey()).stream())
                .map(key -> key.secretRef().name());
    }

    List<EventSource<?, CacheService>> eventSources() {
        return List.of(redises, bindings, apiKeys);
    }

    Optional<Redis> redis(String namespace, String name) {
        return redises.get(new ResourceID(name, namespace));
    }

    /** The Secret that cache services use to log in to the Redis of this name. */
    Optional<Secret> binding(String namespace, String redis) {
        return bindings.get(new ResourceID(RedisNames.serviceBindingSecret(redis), namespace));
    }

    /** A user's own Secret, if it carries the label that lets the operator read it. */
    Optional<Secret> apiKey(String namespace, String name) {
        return apiKeys.get(new ResourceID(name, namespace));
    }
}
