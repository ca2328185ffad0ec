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
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorageGrowthTest {
    private static final Redis WANTS_20 = redis("20Gi");

    private FakeApi api;
    private StorageGrowth growth;

    @BeforeEach
    void start() {
        api = new FakeApi();
        growth = new StorageGrowth(api.cluster());
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

    @ParameterizedTest
    @ValueSource(ints = {409, 500, 503})
    void aRefusalThatMayPassIsTriedAgain(int status) {
        api.answer(_ -> Answer.refusal(status, "later"));

        assertThatThrownBy(() -> advance("10Gi", "10Gi")).isInstanceOf(KubernetesClientException.class);
    }

    private Step advance(String template, String claim) {
        var world = RedisFixture.newWorld();
        var found = new RedisWorld(
                world.credentials(),
                world.authority(),
                world.certificate(),
                Optional.of(statefulSet(template)),
                Optional.of(claim(claim)),
                Optional.empty());
        return growth.advance(WANTS_20, RedisFixture.model(WANTS_20), found);
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
