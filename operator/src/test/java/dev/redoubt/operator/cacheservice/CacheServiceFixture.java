package dev.redoubt.operator.cacheservice;

import dev.redoubt.api.v1alpha1.CacheService;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.SchemaDefaults;
import dev.redoubt.operator.cacheservice.CacheServiceResolver.Resolution;
import dev.redoubt.operator.cacheservice.CacheServiceResolver.World;
import dev.redoubt.operator.certificates.CertificateIssuer;
import dev.redoubt.operator.certificates.Wish;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.issuer.IssuerKeys;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.Owner;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.redis.RedisFixture;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** CacheService resources and what they become, without a cluster. */
final class CacheServiceFixture {
    /** A user's own key, with the newline that a text editor adds. */
    private static final Map<String, String> GIVEN_KEY = Map.of("API_KEY", "given-api-key\n");

    /** Those of a cluster, made up. */
    static final IssuerKeys KEYS = new IssuerKeys(
            "https://kubernetes.default.svc.cluster.local",
            Map.of("one", Map.of("kty", "RSA", "use", "sig", "alg", "RS256", "kid", "one", "n", "AQAB", "e", "AQAB")));

    private CacheServiceFixture() {}

    /** The resource that {@code yaml} is, once the API server has put in the schema's defaults. */
    static CacheService read(String yaml) {
        return RedisFixture.SERIALIZATION.unmarshal(SchemaDefaults.addTo("cacheservices", yaml), CacheService.class);
    }

    /** A resource named {@code api} in namespace {@code shop}, with {@code spec} in YAML's flow style. */
    static CacheService service(String spec) {
        return read("""
                apiVersion: redoubt.dev/v1alpha1
                kind: CacheService
                metadata: {name: api, namespace: shop, uid: 1e3c1a4e-0000-4000-8000-000000000009, generation: 1}
                spec: %s
                """.formatted(spec));
    }

    static Owner owner(CacheService service) {
        return Owner.of(service, "cache-service", Labels.CACHE_SERVICE);
    }

    static CacheServiceNames names(CacheService service) {
        return new CacheServiceNames(
                service.getMetadata().getName(), service.getMetadata().getNamespace(), "cluster.local");
    }

    /** What {@code service} is where every Redis has its binding, the Secret {@code given} exists, and else {@code own}. */
    static Resolution resolve(CacheService service, List<HasMetadata> own) {
        return resolve(
                service,
                own,
                CacheServiceFixture::binding,
                name -> name.equals("given") ? Optional.of(secret(name, GIVEN_KEY)) : Optional.empty());
    }

    static Resolution resolve(
            CacheService service,
            List<HasMetadata> own,
            Function<String, Optional<Secret>> bindings,
            Function<String, Optional<Secret>> apiKeys) {
        return resolve(service, own, _ -> Optional.empty(), bindings, apiKeys);
    }

    static Resolution resolve(
            CacheService service,
            List<HasMetadata> own,
            Function<String, Optional<Redis>> redises,
            Function<String, Optional<Secret>> bindings,
            Function<String, Optional<Secret>> apiKeys) {
        var settings = OperatorSettings.DEFAULTS;
        var random = new SecureRandom();
        var issuer = new CertificateIssuer(Clock.fixed(FakeApi.NOW, ZoneOffset.UTC), random, settings.certificates());
        var secrets = new HashMap<String, Secret>();
        own.stream()
                .filter(Secret.class::isInstance)
                .map(Secret.class::cast)
                .forEach(secret -> secrets.put(secret.getMetadata().getName(), secret));
        return new CacheServiceResolver(settings, new PasswordGenerator(random), issuer)
                .resolve(
                        owner(service),
                        names(service),
                        service.getSpec(),
                        new World(
                                name -> Optional.ofNullable(secrets.get(name)),
                                redises,
                                bindings,
                                apiKeys,
                                Optional.of(KEYS)),
                        new Wish.Own());
    }

    static CacheServiceModel model(CacheService service) {
        return model(service, List.of());
    }

    static CacheServiceModel model(CacheService service, List<HasMetadata> own) {
        return switch (resolve(service, own)) {
            case Resolution.Resolved(var model) -> model;
            case Resolution.Waiting(var verdict) -> throw new AssertionError("Waiting: " + verdict);
            case Resolution.Refused(var verdict) -> throw new AssertionError("Refused: " + verdict);
            case Resolution.Uncertified(var verdict) -> throw new AssertionError("Uncertified: " + verdict);
        };
    }

    static Verdict waiting(Resolution resolution) {
        return switch (resolution) {
            case Resolution.Waiting(var verdict) -> verdict;
            case Resolution.Refused(var verdict) -> throw new AssertionError("Refused: " + verdict);
            case Resolution.Uncertified(var verdict) -> throw new AssertionError("Uncertified: " + verdict);
            case Resolution.Resolved(var model) -> throw new AssertionError("Resolved: " + model);
        };
    }

    /** The same API key for each generated client, named after it. */
    static List<HasMetadata> readableKeys(CacheService service) {
        return service.getSpec().clients().stream()
                .map(client -> client.name())
                .<HasMetadata>map(client ->
                        secret(names(service).clientSecret(client), Map.of("API_KEY", "rdk_api-key-of-" + client)))
                .toList();
    }

    /** {@code model} with words in place of certificates and keys, which are different each time. */
    static CacheServiceModel withReadableCertificates(CacheServiceModel model) {
        return new CacheServiceModel(
                model.owner(),
                model.names(),
                model.image(),
                model.replicas(),
                model.redis(),
                model.state(),
                model.regions(),
                model.rateLimits(),
                model.clients(),
                model.tokens(),
                model.nearCache(),
                model.accessLog(),
                model.resources(),
                model.scheduling(),
                model.operatorPod(),
                model.peers(),
                RedisFixture.readable(model.identity()));
    }

    private static Optional<Secret> binding(String redis) {
        return Optional.of(secret(redis + "-redis-service-binding", Map.of("REDIS_HOST", redis)));
    }

    static Secret secret(String name, Map<String, String> content) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withData(SecretData.encode(content))
                .build();
    }
}
