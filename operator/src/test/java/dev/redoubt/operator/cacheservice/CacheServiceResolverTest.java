package dev.redoubt.operator.cacheservice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.CacheService;
import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.cacheservice.CacheServiceResolver.Resolution;
import dev.redoubt.operator.issuer.IssuerWatch;
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
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource({
        "allkeys-lru, '', spec.redisRef, Name a Redis with maxMemoryPolicy noeviction in spec.stateRef",
        "volatile-ttl, '', spec.redisRef, Name a Redis with maxMemoryPolicy noeviction in spec.stateRef",
        "allkeys-lfu, 'stateRef: {name: state}, ', spec.stateRef, Set its maxMemoryPolicy to noeviction"
    })
    void limitsWhoseBucketsMayVanishAreRefused(String policy, String state, String field, String remedy) {
        var refusal = limited(state, policy);

        assertThat(refusal).isInstanceOfSatisfying(Resolution.Refused.class, refused -> {
            assertThat(refused.verdict().reason()).isEqualTo(Reason.StateMayBeEvicted);
            assertThat(refused.verdict().message()).contains(field, "maxMemoryPolicy " + policy, remedy);
        });
    }

    @Test
    void limitsOfARedisThatKeepsWhatItHasAreNot() {
        assertThat(limited("", "noeviction")).isInstanceOf(Resolution.Resolved.class);
    }

    /** The cache's own Redis evicts; only the one that has the buckets, with {@code policy}, is asked. */
    private static Resolution limited(String state, String policy) {
        var service = service("{redisRef: {name: cache}, " + state
                + "rateLimits: [{name: websocket, capacity: 100, refillPeriod: 60s}]}");
        var buckets = state.isEmpty() ? "cache" : "state";
        return CacheServiceFixture.resolve(
                service,
                List.of(),
                name -> Optional.of(RedisFixture.redis(
                        name, "{maxMemoryPolicy: " + (name.equals(buckets) ? policy : "allkeys-lru") + "}")),
                name -> Optional.of(secret(name, "x")),
                _ -> Optional.empty());
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

    /** What the service reads only when it starts rolls the pods. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{redisRef: {name: other}, regions: [{name: a, ttl: 10s}], clients: [{name: c, read: ['*']}]}",
                "{redisRef: {name: cache}, stateRef: {name: s}, regions: [{name: a, ttl: 10s}],"
                        + " clients: [{name: c, read: ['*']}]}"
            })
    void whatTheServiceReadsAtItsStartRollsItsPods(String changed) {
        var before = CacheServiceObjects.render(CacheServiceFixture.model(service(GENERATED)));
        var after = CacheServiceObjects.render(CacheServiceFixture.model(service(changed), before));

        assertThat(deployment(after).getSpec().getTemplate())
                .isNotEqualTo(deployment(before).getSpec().getTemplate());
    }

    /** What it takes over while it runs changes its files and rolls nothing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{redisRef: {name: cache}, regions: [{name: a, ttl: 20s}], clients: [{name: c, read: ['*']}]}",
                "{redisRef: {name: cache}, regions: [{name: a, ttl: 10s}], clients: [{name: c, read: [a]}]}",
                "{redisRef: {name: cache}, regions: [{name: a, ttl: 10s}], clients: [{name: c, read: ['*']},"
                        + " {name: d, serviceAccount: {name: d}, read: [a]}]}"
            })
    void whatTheServiceTakesOverLiveRollsNothing(String changed) {
        var before = CacheServiceFixture.model(service(GENERATED));
        var objects = CacheServiceObjects.render(before);
        var after = CacheServiceFixture.model(service(changed), objects);

        assertThat(CacheServiceObjects.configuration(after)).isNotEqualTo(CacheServiceObjects.configuration(before));
        assertThat(deployment(CacheServiceObjects.render(after)).getSpec().getTemplate())
                .isEqualTo(deployment(objects).getSpec().getTemplate());
    }

    @Test
    void aServiceAccountIsOfTheSameNamespaceUnlessItSaysSo() {
        var model = CacheServiceFixture.model(
                service(
                        "{redisRef: {name: cache}, regions: [{name: a, ttl: 10s}], clients: ["
                                + "{name: c, serviceAccount: {name: c}, read: [a]}, {name: d, serviceAccount: {namespace: n, name: d}, read: [a]}]}"));

        assertThat(model.clients()).isEmpty();
        assertThat(model.tokens().audience()).isEqualTo("https://api-cache-service.shop.svc");
        assertThat(model.tokens().accounts())
                .extracting(account -> account.namespace() + "/" + account.serviceAccount())
                .containsExactly("shop/c", "n/d");
        assertThat(ServiceYaml.render(model))
                .contains("issuer: \"https://kubernetes.default.svc.cluster.local\"", "/etc/redoubt/service/jwks.json");
    }

    /** A file with a client whose tokens cannot be verified would be refused by the service, with all the others in it. */
    @Test
    void withoutKeysNoServiceAccountIsInTheFile() {
        var known =
                CacheServiceFixture.model(service("{redisRef: {name: cache}, regions: [{name: a, ttl: 10s}], clients: ["
                        + "{name: c, serviceAccount: {name: c}, read: [a]}]}"));
        var unknown = new TokenClients(known.tokens().audience(), known.tokens().accounts(), Optional.empty());

        assertThat(unknown.verifiable()).isEmpty();
        assertThat(unknown.needed()).isEmpty();
        var state = new IssuerWatch.State(Optional.empty(), "the operator may not read them.");
        assertThat(TokenCondition.of(unknown, state, List.of(), 1, FakeApi.NOW)).hasValueSatisfying(condition -> {
            assertThat(condition.getStatus()).isEqualTo("False");
            assertThat(condition.getReason()).isEqualTo("TokenKeysUnreadable");
            assertThat(condition.getMessage())
                    .startsWith("Not let in: c. ")
                    .endsWith("the operator may not read them.");
        });
        assertThat(TokenCondition.of(known.tokens(), state, List.of(), 1, FakeApi.NOW))
                .hasValueSatisfying(
                        condition -> assertThat(condition.getStatus()).isEqualTo("Unknown"));
        var told = new IssuerWatch.State(Optional.of(CacheServiceFixture.KEYS), "");
        assertThat(TokenCondition.of(known.tokens(), told, List.of(), 1, FakeApi.NOW))
                .hasValueSatisfying(condition -> {
                    assertThat(condition.getStatus()).isEqualTo("True");
                    assertThat(condition.getMessage()).contains("https://api-cache-service.shop.svc");
                });
    }

    @Test
    void twoClientsWithOneServiceAccountAreRefused() {
        var resolution = CacheServiceFixture.resolve(
                service(
                        "{redisRef: {name: cache}, regions: [{name: a, ttl: 10s}], clients: ["
                                + "{name: c, serviceAccount: {name: x}, read: [a]}, {name: d, serviceAccount: {namespace: shop, name: x}, read: [a]}]}"),
                List.of());

        assertThat(resolution).isInstanceOfSatisfying(Resolution.Refused.class, refused -> assertThat(
                        refused.verdict().message())
                .contains("Clients c and d have the same ServiceAccount x of namespace shop"));
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
