package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.api.v1alpha1.RedoubtSerialization;
import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.SchemaDefaults;
import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.certificates.Authority;
import dev.redoubt.operator.certificates.CertificateIssuer;
import dev.redoubt.operator.certificates.KeyedCertificate;
import dev.redoubt.operator.certificates.ServerIdentity;
import dev.redoubt.operator.certificates.Trust;
import dev.redoubt.operator.certificates.Wish;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.Owner;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.redis.RedisResolver.Resolution;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.settings.OperatorSettings.Certificates;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Redis resources and what they become, without a cluster. */
public final class RedisFixture {
    public static final KubernetesSerialization SERIALIZATION = RedoubtSerialization.create();

    private RedisFixture() {}

    /** The resource that {@code yaml} is, once the API server has put in the schema's defaults. */
    public static Redis read(String yaml) {
        return SERIALIZATION.unmarshal(SchemaDefaults.addTo("redises", yaml), Redis.class);
    }

    /** A resource named {@code name} in namespace {@code shop}, with {@code spec} in YAML's flow style. */
    public static Redis redis(String name, String spec) {
        return read("""
                apiVersion: redoubt.dev/v1alpha1
                kind: Redis
                metadata: {name: %s, namespace: shop, uid: 1e3c1a4e-0000-4000-8000-000000000001, generation: 1}
                spec: %s
                """.formatted(name, spec));
    }

    public static RedisNames names(Redis redis) {
        return new RedisNames(redis.getMetadata().getName(), redis.getMetadata().getNamespace(), "cluster.local");
    }

    static Owner owner(Redis redis) {
        return Owner.of(redis, RedisReconciler.COMPONENT, Labels.REDIS);
    }

    /** A namespace in which nothing was made yet but the passwords, so that they can be told from each other. */
    static RedisWorld newWorld() {
        return world(passwords(), Map.of(), Map.of());
    }

    static RedisWorld world(
            Map<String, String> credentials, Map<String, String> authority, Map<String, String> certificate) {
        return new RedisWorld(
                credentials,
                authority,
                certificate,
                List.of(),
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** The same, after everything of {@code objects} was applied. */
    static RedisWorld worldAfter(List<HasMetadata> objects, RedisNames names) {
        return world(
                SecretData.decode(secret(objects, names.credentialsSecret())),
                SecretData.decode(secret(objects, names.authoritySecret())),
                SecretData.decode(secret(objects, names.tlsSecret())));
    }

    /** Passwords that say whose they are. */
    public static Map<String, String> passwords() {
        return Arrays.stream(AclUser.values())
                .filter(AclUser::hasPassword)
                .collect(Collectors.toMap(AclUser::userName, user -> "password-of-" + user.userName()));
    }

    static Resolution resolve(Redis redis, RedisWorld world) {
        return resolve(redis, world, Clock.fixed(FakeApi.NOW, ZoneOffset.UTC));
    }

    private static Resolution resolve(Redis redis, RedisWorld world, Clock clock) {
        return resolve(redis, world, clock, new Wish.Own());
    }

    static Resolution resolve(Redis redis, RedisWorld world, Clock clock, Wish wish) {
        return resolve(redis, world, clock, wish, OperatorSettings.DEFAULTS.certificates());
    }

    static Resolution resolve(Redis redis, RedisWorld world, Clock clock, Wish wish, Certificates lives) {
        var random = new SecureRandom();
        var settings = OperatorSettings.DEFAULTS;
        var issuer = new CertificateIssuer(clock, random, lives);
        return new RedisResolver(settings, new PasswordGenerator(random), issuer, clock)
                .resolve(redis, names(redis), world, _ -> new GivenSecret.Missing(), _ -> Optional.empty(), wish);
    }

    /** The model of {@code redis} in a new world, at a fixed time. */
    static RedisModel model(Redis redis) {
        return model(redis, newWorld());
    }

    static RedisModel model(Redis redis, RedisWorld world) {
        return resolved(resolve(redis, world));
    }

    /** The model of {@code redis} with certificates that are valid now. */
    public static RedisModel modelOfToday(Redis redis) {
        return resolved(resolve(redis, newWorld(), Clock.systemUTC()));
    }

    static RedisModel resolved(Resolution resolution) {
        return switch (resolution) {
            case Resolution.Resolved(var model) -> model;
            case Resolution.Refused(var verdict) -> throw new AssertionError("Refused: " + verdict);
            case Resolution.Uncertified(var verdict) -> throw new AssertionError("Uncertified: " + verdict);
        };
    }

    static Verdict refusal(Redis redis) {
        return switch (resolve(redis, newWorld())) {
            case Resolution.Refused(var verdict) -> verdict;
            case Resolution.Uncertified(var verdict) -> throw new AssertionError("Uncertified: " + verdict);
            case Resolution.Resolved(var model) -> throw new AssertionError("Resolved: " + model);
        };
    }

    /** {@code model} with words in place of certificates and keys, which are different each time. */
    static RedisModel withReadableCertificates(RedisModel model) {
        return new RedisModel(
                model.owner(),
                model.names(),
                model.program(),
                model.image(),
                model.live(),
                model.storage(),
                model.resources(),
                model.scheduling(),
                model.clients(),
                model.exporter(),
                model.operatorPod(),
                model.passwords(),
                readable(model.identity()),
                model.specifiedUsers());
    }

    /** {@code identity} with words in place of PEM. */
    public static ServerIdentity readable(ServerIdentity identity) {
        var authority = identity.authority();
        var clients = new TreeMap<String, KeyedCertificate>();
        identity.clients().forEach((user, pair) -> clients.put(user, readable(pair)));
        return new ServerIdentity(
                new Authority(
                        readable(authority.current()),
                        authority.next().map(RedisFixture::readable),
                        new Trust(authority.trust().anchors().stream()
                                .map(anchor -> new Trust.Anchor(
                                        anchor.certificate(),
                                        readable(anchor.certificate()),
                                        anchor.since(),
                                        anchor.until()))
                                .toList())),
                readable(identity.server()),
                clients,
                identity.source(),
                identity.verdict(),
                identity.due());
    }

    private static KeyedCertificate readable(KeyedCertificate keyed) {
        var certificate = keyed.certificate();
        return new KeyedCertificate(
                certificate,
                keyed.key(),
                readable(certificate),
                "private key of " + certificate.getSubjectX500Principal() + "\n");
    }

    private static String readable(X509Certificate certificate) {
        return """
                certificate of %s
                issued by %s
                from %s until %s
                for %s
                """.formatted(
                        certificate.getSubjectX500Principal(),
                        certificate.getIssuerX500Principal(),
                        certificate.getNotBefore().toInstant(),
                        certificate.getNotAfter().toInstant(),
                        alternativeNames(certificate));
    }

    private static String alternativeNames(X509Certificate certificate) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? "no name"
                    : names.stream().map(pair -> String.valueOf(pair.getLast())).collect(Collectors.joining(" "));
        } catch (CertificateParsingException e) {
            throw new AssertionError(e);
        }
    }

    /** A Secret with its content as text; anything else as it is. */
    public static HasMetadata readable(HasMetadata object) {
        return object instanceof Secret secret
                ? new SecretBuilder(secret)
                        .withStringData(SecretData.decode(secret))
                        .withData(null)
                        .build()
                : object;
    }

    /** The Secret named {@code name} among {@code objects}. */
    public static Secret secret(List<HasMetadata> objects, String name) {
        return find(objects, Secret.class, name);
    }

    /** The content, as text, of the Secret named {@code name} among {@code objects}. */
    static Map<String, String> content(List<HasMetadata> objects, String name) {
        return SecretData.decode(secret(objects, name));
    }

    /** The ConfigMap named {@code name} among {@code objects}. */
    public static ConfigMap configMap(List<HasMetadata> objects, String name) {
        return find(objects, ConfigMap.class, name);
    }

    /** The one StatefulSet among {@code objects}. */
    public static StatefulSet statefulSet(List<HasMetadata> objects) {
        return objects.stream()
                .filter(StatefulSet.class::isInstance)
                .map(StatefulSet.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static <T extends HasMetadata> T find(List<HasMetadata> objects, Class<T> kind, String name) {
        return objects.stream()
                .filter(kind::isInstance)
                .filter(object -> object.getMetadata().getName().equals(name))
                .map(kind::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError("No " + kind.getSimpleName() + " " + name));
    }
}
