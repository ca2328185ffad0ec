package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisResolverTest {

    @Test
    void aTopologyOfANewerVersionIsRefusedAndSaysWhatToDo() {
        var verdict = RedisFixture.refusal(RedisFixture.redis("r", "{topology: Replicated}"));

        assertThat(verdict)
                .isEqualTo(Verdict.notReady(
                        Reason.Unsupported,
                        "This version of the operator does not know the value of spec.topology; it knows Standalone."
                                + " What runs is left as it is. Upgrade the operator, or use a value that it knows."));
    }

    @Test
    void anEngineOfANewerVersionIsRefused() {
        var verdict = RedisFixture.refusal(RedisFixture.redis("r", "{engine: Garnet}"));

        assertThat(verdict.reason()).isEqualTo(Reason.Unsupported);
        assertThat(verdict.message()).contains("spec.engine", "Redis or Valkey");
    }

    /** The schema says so too, unless the resource is older than the rule. */
    @ParameterizedTest
    @CsvSource({"128Mi", "256Mi", "268435456"})
    void aMemoryLimitThatTheDataFillsIsRefused(String limit) {
        var verdict = RedisFixture.refusal(
                standalone("maxMemory: 256Mi, resources: {limits: {memory: %s}}".formatted(limit)));

        assertThat(verdict.reason()).isEqualTo(Reason.InvalidSpec);
        assertThat(verdict.message())
                .contains(limit, "maxMemory of 256Mi", "Raise the limit to 756Mi or more, or leave it out");
    }

    @Test
    void theMemoryLimitIsDerivedAndRequestedInFull() {
        var resources = model("maxMemory: 1Gi").resources();

        assertThat(resources.getLimits()).isEqualTo(Map.of("memory", new Quantity("2829Mi")));
        assertThat(resources.getRequests())
                .isEqualTo(Map.of("memory", new Quantity("2829Mi"), "cpu", new Quantity("100m")));
    }

    @Test
    void whatIsGivenOfResourcesStays() {
        var resources = model("resources: {limits: {memory: 1Gi, cpu: 1}, requests: {memory: 768Mi, cpu: 250m}}")
                .resources();

        assertThat(resources.getLimits()).isEqualTo(Map.of("memory", new Quantity("1Gi"), "cpu", new Quantity("1")));
        assertThat(resources.getRequests())
                .isEqualTo(Map.of("memory", new Quantity("768Mi"), "cpu", new Quantity("250m")));
    }

    @Test
    void aGivenLimitIsRequestedInFull() {
        assertThat(model("resources: {limits: {memory: 1Gi}}").resources().getRequests())
                .containsEntry("memory", new Quantity("1Gi"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    engine: Redis                              | redoubt.dev/redis:8.0
                    engine: Valkey                             | redoubt.dev/valkey:8.1
                    'engine: Valkey, image: my.reg/valkey:8.0' | my.reg/valkey:8.0
                    """)
    void theImageIsTheGivenOneOrTheOneOfTheEngine(String spec, String image) {
        assertThat(RedisFixture.model(RedisFixture.redis("r", "{" + spec + "}")).image())
                .isEqualTo(image);
    }

    /** A volume cannot shrink, so what exists wins; and what is equal is not written differently. */
    @ParameterizedTest
    @CsvSource({
        // wanted, in the template, of the claim, result
        "10Gi, , , 10Gi",
        "10Gi, 5Gi, , 10Gi",
        "10Gi, 5Gi, 5Gi, 10Gi",
        "10Gi, 20Gi, , 20Gi",
        "10Gi, 5Gi, 20Gi, 20Gi",
        "10Gi, 10240Mi, 10240Mi, 10240Mi"
    })
    void theVolumeIsNeverSmallerThanTheOneThatExists(String wanted, String template, String claim, String result) {
        var redis = standalone("persistence: {storage: {size: %s}}".formatted(wanted));
        var world = RedisFixture.newWorld();
        var found = new RedisWorld(
                world.credentials(),
                world.authority(),
                world.certificate(),
                List.of(),
                Map.of(),
                Optional.empty(),
                Optional.ofNullable(template).map(RedisResolverTest::statefulSet),
                Optional.ofNullable(claim).map(RedisResolverTest::claim),
                Optional.empty());

        assertThat(RedisFixture.model(redis, found).storage().size()).isEqualTo(new Quantity(result));
    }

    @Test
    void storedPasswordsAreKeptAndMissingOnesAreMade() {
        var redis = standalone("");
        var stored = Map.of("app", "from-before", "nobody", "left over");

        var credentials = RedisFixture.model(redis, RedisFixture.world(stored, Map.of(), Map.of()))
                .credentials()
                .passwords();

        assertThat(credentials)
                .containsEntry(AclUser.APP, new Password("from-before"))
                .containsOnlyKeys(
                        AclUser.APP, AclUser.SERVICE, AclUser.OPERATOR, AclUser.EXPORTER, AclUser.REPLICATION);
        assertThat(credentials.values()).doesNotHaveDuplicates().allSatisfy(password -> assertThat(password.plain())
                .isNotBlank());
    }

    private static RedisModel model(String spec) {
        return RedisFixture.model(standalone(spec));
    }

    private static Redis standalone(String spec) {
        return RedisFixture.redis("r", "{" + spec + "}");
    }

    private static StatefulSet statefulSet(String size) {
        var objects = RedisObjects.render(model("persistence: {storage: {size: %s}}".formatted(size)));
        return RedisFixture.statefulSet(objects);
    }

    private static PersistentVolumeClaim claim(String size) {
        return new PersistentVolumeClaimBuilder()
                .withNewSpec()
                .withNewResources()
                .withRequests(Map.of("storage", new Quantity(size)))
                .endResources()
                .endSpec()
                .build();
    }
}
