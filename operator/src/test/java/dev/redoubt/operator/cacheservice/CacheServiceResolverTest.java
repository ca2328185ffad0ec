package dev.redoubt.operator.cacheservice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.CacheService;
import dev.redoubt.operator.cacheservice.CacheServiceResolver.Resolution;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.redis.RedisFixture;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheServiceResolverTest {
    private static final String REGIONS = "regions: [{name: a, ttl: 10s}]";
    private static final String GENERATED =
            "{redisRef: {name: cache}, " + REGIONS + ", clients: [{name: c, read: ['*']}]}";

    @Test
    void waitsForItsRedisAndSaysSo() {
        var resolution = CacheServiceFixture.resolve(
                service("{redisRef: {name: cache}}"),
                List.of(),
                CacheServiceResolverTest::nothing,
                CacheServiceResolverTest::nothing);

        assertThat(CacheServiceFixture.waiting(resolution))
                .isEqualTo(Verdict.notReady(
                        Reason.WaitingForRedis,
                        "Redis cache, which spec.redisRef names, does not exist in namespace shop or has no binding"
                                + " Secret yet. Create it, or correct spec.redisRef."));
    }

    @Test
    void waitsForTheRedisOfItsState() {
        Function<String, Optional<Secret>> onlyCache = name ->
                name.equals("cache") ? Optional.of(secret("cache-redis-service-binding", "x")) : Optional.empty();
        var service = service("{redisRef: {name: cache}, stateRef: {name: state}}");

        var verdict = CacheServiceFixture.waiting(
                CacheServiceFixture.resolve(service, List.of(), onlyCache, CacheServiceResolverTest::nothing));

        assertThat(verdict.reason()).isEqualTo(Reason.WaitingForRedis);
        assertThat(verdict.message()).startsWith("Redis state, which spec.stateRef names,");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{name: missing}", "{name: given, key: OTHER}"})
    void waitsForAKeyThatIsNotThere(String reference) {
        var service = service("{redisRef: {name: cache}, " + REGIONS
                + ", clients: [{name: c, read: ['*'], apiKey: {secretRef: " + reference + "}}]}");

        var verdict = CacheServiceFixture.waiting(CacheServiceFixture.resolve(service, List.of()));

        assertThat(verdict.reason()).isEqualTo(Reason.SecretNotFound);
        assertThat(verdict.message()).contains("client c", "redoubt.dev/watch: \"true\"");
    }

    @Test
    void aGivenKeyIsUsedWithoutItsNewlineAndItsSecretIsLeftAlone() {
        var service = service("{redisRef: {name: cache}, " + REGIONS
                + ", clients: [{name: c, read: ['*'], apiKey: {secretRef: {name: given}}}]}");
        var objects = CacheServiceObjects.render(CacheServiceFixture.model(service));

        assertThat(objects)
                .extracting(object -> object.getMetadata().getName())
                .doesNotContain("given", "api-client-c");
        // printf given-api-key | sha256sum
        assertThat(hash(objects, "c")).isEqualTo("26a382750123aef93ec987df326eed3c604034bef304f000596dc63c39025ece");
    }

    /** The service would end at such a configuration, and its pods with it, again and again. */
    @Test
    void twoClientsWithOneKeyAreRefusedAndTheKeyIsNotNamed() {
        var service = service("{redisRef: {name: cache}, " + REGIONS + """
                , clients: [{name: one, read: ['*']}, {name: two, read: ['*'], apiKey: {secretRef: {name: k2}}},
                  {name: three, read: ['*'], apiKey: {secretRef: {name: k3}}}]}""");
        var keys = Map.of("k2", "the-same-key\n", "k3", "the-same-key");

        var resolution = CacheServiceFixture.resolve(
                service,
                List.of(),
                name -> Optional.of(secret("cache-redis-service-binding", "x")),
                name -> Optional.of(CacheServiceFixture.secret(name, Map.of("API_KEY", keys.get(name)))));

        assertThat(resolution).isInstanceOfSatisfying(Resolution.Refused.class, refused -> {
            assertThat(refused.verdict().reason()).isEqualTo(Reason.InvalidSpec);
            assertThat(refused.verdict().ready()).isFalse();
            assertThat(refused.verdict().message())
                    .startsWith("Clients two and three have the same API key, from Secrets k2 and k3:")
                    .doesNotContain("the-same-key");
        });
    }

    /** The service reads the password for each connection that it makes. */
    @Test
    void anotherPasswordOfTheRedisRollsNothingAndAnotherHostDoes() {
        var before = Map.of("REDIS_HOST", "cache", "REDIS_PASSWORD", "old", "REDIS_URL", "rediss://service:old@cache");
        var rotated = Map.of("REDIS_HOST", "cache", "REDIS_PASSWORD", "new", "REDIS_URL", "rediss://service:new@cache");
        var moved = Map.of("REDIS_HOST", "other", "REDIS_PASSWORD", "old", "REDIS_URL", "rediss://service:old@cache");

        assertThat(bindingHash(rotated)).isEqualTo(bindingHash(before));
        assertThat(bindingHash(moved)).isNotEqualTo(bindingHash(before));
    }

    private static String bindingHash(Map<String, String> binding) {
        var resolution = CacheServiceFixture.resolve(
                service("{redisRef: {name: cache}, " + REGIONS + "}"),
                List.of(),
                name -> Optional.of(CacheServiceFixture.secret(name, binding)),
                _ -> Optional.empty());
        return resolution instanceof Resolution.Resolved(var model)
                ? model.redis().hash()
                : "not resolved";
    }

    @Test
    void aGeneratedKeyIsMadeOnceAndKept() {
        var first = CacheServiceObjects.render(CacheServiceFixture.model(service(GENERATED)));
        var second = CacheServiceObjects.render(CacheServiceFixture.model(service(GENERATED), first));

        assertThat(RedisFixture.secret(second, "api-client-c")).isEqualTo(RedisFixture.secret(first, "api-client-c"));
        assertThat(hash(first, "c")).matches("[0-9a-f]{64}");
    }

    /** The service reads its files when it starts, so each of them rolls the pods. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{redisRef: {name: other}, regions: [{name: a, ttl: 10s}], clients: [{name: c, read: ['*']}]}",
                "{redisRef: {name: cache}, regions: [{name: a, ttl: 20s}], clients: [{name: c, read: ['*']}]}",
                "{redisRef: {name: cache}, regions: [{name: a, ttl: 10s}], clients: [{name: c, read: [a]}]}",
                "{redisRef: {name: cache}, stateRef: {name: s}, regions: [{name: a, ttl: 10s}],"
                        + " clients: [{name: c, read: ['*']}]}"
            })
    void whatTheServiceReadsRollsItsPods(String changed) {
        var before = CacheServiceObjects.render(CacheServiceFixture.model(service(GENERATED)));
        var after = CacheServiceObjects.render(CacheServiceFixture.model(service(changed), before));

        assertThat(deployment(after).getSpec().getTemplate())
                .isNotEqualTo(deployment(before).getSpec().getTemplate());
    }

    @ParameterizedTest
    @ValueSource(strings = {"replicas: 5", "access: {from: [{podSelector: {matchLabels: {app: a}}}]}"})
    void whatItDoesNotReadRollsNothing(String change) {
        var before = CacheServiceObjects.render(CacheServiceFixture.model(service(GENERATED)));
        var changed = service(GENERATED.replaceFirst("\\{", "{" + change + ", "));
        var after = CacheServiceObjects.render(CacheServiceFixture.model(changed, before));

        assertThat(deployment(after).getSpec().getTemplate())
                .isEqualTo(deployment(before).getSpec().getTemplate());
    }

    @Test
    void resourcesAreCompletedAndARequestIsNoMoreThanItsLimit() {
        var small = CacheServiceFixture.model(
                        service("{redisRef: {name: cache}, resources: {limits: {memory: 256Mi}}}"))
                .resources();

        assertThat(small.getLimits()).isEqualTo(Map.of("memory", new Quantity("256Mi")));
        assertThat(small.getRequests()).isEqualTo(Map.of("memory", new Quantity("256Mi"), "cpu", new Quantity("100m")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aBudgetIsThereFromTwoReplicasOn(int replicas) {
        var objects = CacheServiceObjects.render(
                CacheServiceFixture.model(service("{redisRef: {name: cache}, replicas: " + replicas + "}")));

        assertThat(objects.stream().map(HasMetadata::getKind).filter("PodDisruptionBudget"::equals))
                .hasSize(replicas > 1 ? 1 : 0);
    }

    @Test
    void nothingThatHoldsAKeyPrintsIt() {
        var service = service(GENERATED);
        var model = CacheServiceFixture.model(service, CacheServiceFixture.readableKeys(service));

        assertThat(model.clients().toString()).doesNotContain("rdk_api-key-of-c");
        assertThat(new Resolution.Resolved(model).toString()).doesNotContain("rdk_api-key-of-c", "PRIVATE KEY");
    }

    @Test
    void thePodAndItsConfigurationHoldNoKey() {
        var service = service(GENERATED);
        var model = CacheServiceFixture.model(service, CacheServiceFixture.readableKeys(service));
        var objects = CacheServiceObjects.render(model);

        assertThat(objects.stream()
                        .filter(object -> !(object instanceof Secret))
                        .map(RedisFixture.SERIALIZATION::asJson))
                .allSatisfy(
                        json -> assertThat(json).doesNotContain("rdk_api-key-of-c", "PRIVATE KEY", hash(objects, "c")));
    }

    private static Optional<Secret> nothing(String name) {
        return Optional.empty();
    }

    private static CacheService service(String spec) {
        return CacheServiceFixture.service(spec);
    }

    private static Secret secret(String name, String value) {
        return CacheServiceFixture.secret(name, Map.of("key", value));
    }

    private static String hash(List<HasMetadata> objects, String client) {
        return SecretData.decode(RedisFixture.secret(objects, "api-cache-service-clients"))
                .get(client);
    }

    private static Deployment deployment(List<HasMetadata> objects) {
        return (Deployment) objects.getLast();
    }
}
