package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.FakeApi.Answer;
import dev.redoubt.operator.redis.StorageGrowth.Step;
import dev.redoubt.operator.status.Reason;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorageGrowthTest {
    private static final Redis WANTS_20 = redis("20Gi");

    private final AtomicReference<Instant> now = new AtomicReference<>(FakeApi.NOW);
    private FakeApi api;
    private StorageGrowth growth;

    @BeforeEach
    void start() {
        api = new FakeApi();
        growth = new StorageGrowth(api.cluster(), now::get);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void nothingIsWrittenWhereNothingGrows() {
        assertThat(advance("20Gi", "20Gi")).isEqualTo(new Step.Settled());
        assertThat(advance("20Gi", "50Gi")).isEqualTo(new Step.Settled());
        assertThat(growth.advance(WANTS_20, RedisFixture.model(WANTS_20), RedisFixture.newWorld()))
                .isEqualTo(new Step.Settled());

        assertThat(api.requests()).isEmpty();
    }

    @Test
    void theClaimGrowsFirstAndThenTheStatefulSetGoesWithoutItsPods() {
        var step = advance("10Gi", "10Gi");

        assertThat(step).isInstanceOfSatisfying(Step.Replacing.class, replacing -> {
            assertThat(replacing.remark().reason()).isEqualTo(Reason.StorageGrowing);
            assertThat(replacing.remark().ready()).isTrue();
        });
        assertThat(api.requests()).hasSize(2);
        assertThat(api.requests().getFirst()).satisfies(request -> {
            assertThat(request.method()).isEqualTo("PATCH");
            assertThat(request.target())
                    .startsWith("/api/v1/namespaces/shop/persistentvolumeclaims/data-r-redis-0")
                    .contains("fieldManager=redoubt", "force=true");
            assertThat(request.contentType()).startsWith("application/apply-patch+yaml");
            assertThat(request.body()).contains("\"storage\":\"20Gi\"").doesNotContain("accessModes");
        });
        assertThat(api.requests().getLast()).satisfies(request -> {
            assertThat(request.method()).isEqualTo("DELETE");
            assertThat(request.target()).startsWith("/apis/apps/v1/namespaces/shop/statefulsets/r-redis");
            assertThat(request.body()).contains("\"propagationPolicy\":\"Orphan\"");
        });
        assertThat(api.events()).containsExactly("StorageGrowing: Claim data-r-redis-0 grows to 20Gi.");
    }

    /** The operator died between the two. */
    @Test
    void aGrownClaimIsNotGrownAgain() {
        assertThat(advance("10Gi", "20Gi")).isInstanceOf(Step.Replacing.class);

        assertThat(api.requests()).extracting(FakeApi.Request::method).containsExactly("DELETE");
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 422})
    void aClaimThatCannotGrowLeavesEverythingElseGoingOn(int status) {
        api.answer(_ -> Answer.refusal(status, "only dynamically provisioned pvc can be resized"));

        assertThat(advance("10Gi", "10Gi")).isInstanceOfSatisfying(Step.Impossible.class, impossible -> {
            assertThat(impossible.existing()).isEqualTo(new Quantity("10Gi"));
            assertThat(impossible.remark().reason()).isEqualTo(Reason.StorageNotExpandable);
            assertThat(impossible.remark().ready()).isTrue();
            assertThat(impossible.remark().message())
                    .contains("data-r-redis-0", "20Gi", "only dynamically provisioned", "allowVolumeExpansion");
        });
        assertThat(api.requests()).extracting(FakeApi.Request::method).containsExactly("PATCH");
    }

    /** A pass over an unchanged resource writes nothing, and nobody is told twice. */
    @Test
    void aRefusalIsNotAskedForAtEachPass() {
        api.answer(_ -> Answer.refusal(403, "no"));
        var refused = advance("10Gi", "10Gi");

        now.set(FakeApi.NOW.plus(StorageGrowth.RETRY).minusMillis(1));

        assertThat(advance("10Gi", "10Gi")).isEqualTo(refused);
        assertThat(api.requests()).hasSize(1);
        assertThat(api.events()).isEmpty();
    }

    /** No watch shows that a storage class became expandable. */
    @Test
    void aRefusalIsTriedAgainAfterAWhile() {
        api.answer(_ -> Answer.refusal(403, "no"));
        advance("10Gi", "10Gi");

        now.set(FakeApi.NOW.plus(StorageGrowth.RETRY));
        api.answer(request -> new Answer(200, request.body()));

        assertThat(advance("10Gi", "10Gi")).isInstanceOf(Step.Replacing.class);
    }

    @Test
    void anotherSpecificationIsTriedAtOnce() {
        api.answer(_ -> Answer.refusal(403, "no"));
        advance("10Gi", "10Gi");
        var changed = redis("20Gi");
        changed.getMetadata().setGeneration(2L);

        assertThat(advance(changed, "10Gi", "10Gi")).isInstanceOf(Step.Impossible.class);

        assertThat(api.requests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 500, 503})
    void aRefusalThatMayPassIsTriedAgain(int status) {
        api.answer(_ -> Answer.refusal(status, "later"));

        assertThatThrownBy(() -> advance("10Gi", "10Gi")).isInstanceOf(KubernetesClientException.class);
    }

    private Step advance(String template, String claim) {
        return advance(WANTS_20, template, claim);
    }

    private Step advance(Redis redis, String template, String claim) {
        var world = RedisFixture.newWorld();
        var found = new RedisWorld(
                world.credentials(),
                world.authority(),
                world.certificate(),
                List.of(),
                Map.of(),
                Optional.empty(),
                Optional.of(statefulSet(template)),
                Optional.of(claim(claim)),
                Optional.empty());
        return growth.advance(redis, RedisFixture.model(redis), found);
    }

    private static Redis redis(String size) {
        return RedisFixture.redis("r", "{persistence: {storage: {size: %s}}}".formatted(size));
    }

    private static StatefulSet statefulSet(String size) {
        return RedisFixture.statefulSet(RedisObjects.render(RedisFixture.model(redis(size))));
    }

    private static PersistentVolumeClaim claim(String size) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName("data-r-redis-0")
                .withNamespace("shop")
                .withUid("1e3c1a4e-0000-4000-8000-000000000002")
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withNewResources()
                .withRequests(Map.of("storage", new Quantity(size)))
                .endResources()
                .endSpec()
                .build();
    }
}
