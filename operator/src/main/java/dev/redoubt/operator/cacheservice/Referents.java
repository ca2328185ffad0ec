package dev.redoubt.operator.cacheservice;

import dev.redoubt.api.v1alpha1.CacheService;
import dev.redoubt.api.v1alpha1.CacheServiceSpec;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.apply.ReferentWatch;
import dev.redoubt.operator.certificatesources.CertificateSources;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.redis.RedisNames;
import io.fabric8.kubernetes.api.model.Secret;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What CacheServices refer to: their Redis, the Secrets to bind to it, and Secrets of users. A change of one wakes who refers to it. */
final class Referents {
    private final InformerEventSource<Redis, CacheService> redises;
    private final InformerEventSource<Secret, CacheService> bindings;
    private final InformerEventSource<Secret, CacheService> given;

    Referents(EventSourceContext<CacheService> context) {
        redises =
                ReferentWatch.of(context, "redises", Redis.class, null, (service, name) -> redisNames(service.getSpec())
                        .anyMatch(name::equals));
        bindings = ReferentWatch.of(
                context,
                "redis-bindings",
                Secret.class,
                Labels.MANAGED_BY + "=" + Labels.REDOUBT + "," + Labels.BINDING + "=service",
                (service, name) -> redisNames(service.getSpec())
                        .map(RedisNames::serviceBindingSecret)
                        .anyMatch(name::equals));
        given = ReferentWatch.of(
                context,
                "given-secrets",
                Secret.class,
                Labels.WATCH + "=" + Labels.TRUE,
                (service, name) -> givenSecrets(service).anyMatch(name::equals));
    }

    /** The Redises that {@code spec} names: the one for values, then the one for state. */
    static Stream<String> redisNames(CacheServiceSpec spec) {
        return Stream.concat(Stream.of(spec.redisRef()), Optional.ofNullable(spec.stateRef()).stream())
                .map(reference -> reference.name());
    }

    /** Those of API keys, and the one of the certificate. */
    private static Stream<String> givenSecrets(CacheService service) {
        var keys = service.getSpec().clients().stream()
                .flatMap(client -> Optional.ofNullable(client.apiKey()).stream())
                .map(key -> key.secretRef().name());
        var tls = service.getSpec().tls();
        var certificate = CertificateSources.secret(
                tls.source(),
                tls.secretRef(),
                CacheServiceNames.issuedSecret(service.getMetadata().getName()));
        return Stream.concat(keys, certificate.stream());
    }

    List<EventSource<?, CacheService>> eventSources() {
        return List.of(redises, bindings, given);
    }

    Optional<Redis> redis(String namespace, String name) {
        return redises.get(new ResourceID(name, namespace));
    }

    /** The Secret that cache services use to log in to the Redis of this name. */
    Optional<Secret> binding(String namespace, String redis) {
        return bindings.get(new ResourceID(RedisNames.serviceBindingSecret(redis), namespace));
    }

    /** A user's own Secret, if it carries the label that lets the operator read it. */
    Optional<Secret> given(String namespace, String name) {
        return given.get(new ResourceID(name, namespace));
    }
}
