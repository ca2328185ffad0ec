package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.FakeApi.Answer;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodChangesTest {
    private static final Redis REDIS = redis("maxMemory: 256Mi");

    private FakeApi api;
    private PodChanges changes;

    @BeforeEach
    void start() {
        api = new FakeApi();
        changes = new PodChanges(api.cluster());
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aPodOfTheCurrentTemplateIsNotOutdated() {
        var statefulSet = statefulSet(REDIS);

        assertThat(PodChanges.isOutdated(pod(statefulSet), statefulSet)).isFalse();
    }

    @Test
    void aPodOfAnotherTemplateIs() {
        var before = statefulSet(REDIS);
        var after = statefulSet(redis("maxMemory: 256Mi, image: 'redoubt.dev/redis:7.0'"));

        assertThat(PodChanges.isOutdated(pod(before), after)).isTrue();
        assertThat(PodChanges.difference(pod(before), after))
                .contains("image redoubt.dev/redis:8.0 is replaced by redoubt.dev/redis:7.0");
    }

    /** Before that, a deleted pod would be made from the old template again. */
    @Test
    void nothingIsOutdatedUntilTheControllerHasSeenTheNewTemplate() {
        var before = statefulSet(REDIS);
        var after = new StatefulSetBuilder(statefulSet(redis("maxMemory: 256Mi, image: 'redoubt.dev/redis:7.0'")))
                .editMetadata()
                .withGeneration(2L)
                .endMetadata()
                .build();
        var withoutStatus = new StatefulSetBuilder(after).withStatus(null).build();

        assertThat(PodChanges.isOutdated(pod(before), after)).isFalse();
        assertThat(PodChanges.isOutdated(pod(before), withoutStatus)).isFalse();
    }

    @Test
    void aPodThatGoesAnywayIsNotDeletedAgain() {
        var before = statefulSet(REDIS);
        var after = statefulSet(redis("maxMemory: 256Mi, image: 'redoubt.dev/redis:7.0'"));
        var going = new PodBuilder(pod(before))
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build();

        assertThat(PodChanges.isOutdated(going, after)).isFalse();
    }

    @Test
    void aPodWithoutOurAnnotationsIsOutdated() {
        var statefulSet = statefulSet(REDIS);
        var foreign = new PodBuilder(pod(statefulSet))
                .editMetadata()
                .withAnnotations(null)
                .endMetadata()
                .build();

        assertThat(PodChanges.isOutdated(foreign, statefulSet)).isTrue();
    }

    @Test
    void theDifferenceNamesTheParts() {
        var before = statefulSet(REDIS);
        var pod = new PodBuilder(pod(before))
                .editMetadata()
                .addToAnnotations(Map.of("redoubt.dev/config-hash", "another"))
                .endMetadata()
                .build();

        assertThat(PodChanges.difference(pod, before)).isEqualTo("redis.conf changed");
        assertThat(PodChanges.difference(pod(before), before)).isEqualTo("its pod template changed");
    }

    @Test
    void aRestartDeletesExactlyThePodThatWasLookedAt() {
        changes.restart(REDIS, pod(statefulSet(REDIS)), "redis.conf changed");

        assertThat(api.requests()).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("DELETE");
            assertThat(request.target()).startsWith("/api/v1/namespaces/shop/pods/r-redis-0");
            assertThat(request.body()).contains("\"resourceVersion\":\"42\"");
        });
        assertThat(api.events()).containsExactly("PodRestarting: Restarting pod r-redis-0: redis.conf changed.");
    }

    @Test
    void resourcesChangeOnTheRunningPod() {
        resize();

        assertThat(writes()).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("PATCH");
            assertThat(request.target()).startsWith("/api/v1/namespaces/shop/pods/r-redis-0/resize");
            assertThat(request.contentType()).startsWith("application/strategic-merge-patch+json");
            assertThat(request.body()).contains("\"name\":\"redis\"", "\"memory\":\"1447Mi\"");
        });
        assertThat(api.events())
                .singleElement()
                .asString()
                .startsWith("PodResized: ")
                .contains("756Mi", "1447Mi");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 422})
    void aRefusedResizeBecomesARestart(int status) {
        api.answer(request -> request.method().equals("PATCH")
                ? Answer.refusal(status, "the QoS class would change")
                : new Answer(200, request.body()));

        resize();

        assertThat(writes()).extracting(FakeApi.Request::method).containsExactly("PATCH", "DELETE");
        assertThat(api.events()).singleElement().asString().contains("PodRestarting", "the QoS class would change");
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 500, 503})
    void aResizeThatMaySucceedLaterRestartsNothing(int status) {
        api.answer(request ->
                request.method().equals("PATCH") ? Answer.refusal(status, "later") : new Answer(200, request.body()));

        assertThatThrownBy(this::resize).isInstanceOf(KubernetesClientException.class);

        assertThat(writes()).extracting(FakeApi.Request::method).containsOnly("PATCH");
    }

    /** The client looks at the pod before it patches it. */
    private List<FakeApi.Request> writes() {
        return api.requests().stream()
                .filter(request -> !request.method().equals("GET"))
                .toList();
    }

    private void resize() {
        var wanted = RedisFixture.model(redis("maxMemory: 512Mi")).resources();
        var pod = pod(statefulSet(REDIS));
        changes.resize(REDIS, pod, PodResources.of(pod, wanted));
    }

    private static Redis redis(String spec) {
        return RedisFixture.redis("r", "{" + spec + "}");
    }

    private static StatefulSet statefulSet(Redis redis) {
        return new StatefulSetBuilder(RedisFixture.statefulSet(RedisObjects.render(RedisFixture.model(redis))))
                .editMetadata()
                .withGeneration(1L)
                .endMetadata()
                .withNewStatus()
                .withObservedGeneration(1L)
                .endStatus()
                .build();
    }

    static Pod pod(StatefulSet statefulSet) {
        var template = statefulSet.getSpec().getTemplate();
        return new PodBuilder()
                .withMetadata(template.getMetadata())
                .editMetadata()
                .withName("r-redis-0")
                .withNamespace("shop")
                .withResourceVersion("42")
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }

    /** The same, which the kubelet calls ready, with the resources of {@code model} in force. */
    static Pod ready(Pod pod, String address, RedisModel model) {
        return new PodBuilder(pod)
                .withNewStatus()
                .withPhase("Running")
                .withPodIP(address)
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .endCondition()
                .withContainerStatuses(new ContainerStatusBuilder()
                        .withName("redis")
                        .withReady(true)
                        .withResources(model.resources())
                        .build())
                .endStatus()
                .build();
    }
}
