package dev.redoubt.operator.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.FakeApi.Answer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MonitoringApiTest {
    private static final Answer NONE = Answer.refusal(404, "the server could not find the requested resource");

    private final AtomicInteger changes = new AtomicInteger();

    private FakeApi cluster;
    private MonitoringApi api;

    @BeforeEach
    void start() {
        cluster = new FakeApi();
        cluster.answer(_ -> NONE);
        api = new MonitoringApi(cluster.client(), Duration.ofMillis(20));
    }

    @AfterEach
    void stop() {
        api.close();
        cluster.close();
    }

    @Test
    void nothingIsThereBeforeTheFirstAnswer() {
        assertThat(api.kinds()).isEmpty();
        assertThat(cluster.requests()).isEmpty();
    }

    @Test
    void kindsThatComeLaterAndGoAgainAreNoticedAndToldOnce() {
        api.start(changes::incrementAndGet);
        afterTwoMoreQuestions();
        assertThat(api.kinds()).isEmpty();
        assertThat(changes).hasValue(0);

        cluster.answer(_ -> serves("ServiceMonitor", "PodMonitor", "PrometheusRule"));
        await().untilAsserted(
                        () -> assertThat(api.kinds()).containsExactly(ServiceMonitor.class, PrometheusRule.class));
        afterTwoMoreQuestions();
        assertThat(changes).hasValue(1);

        cluster.answer(_ -> serves("PrometheusRule"));
        await().untilAsserted(() -> assertThat(api.kinds()).containsExactly(PrometheusRule.class));

        cluster.answer(_ -> NONE);
        await().untilAsserted(() -> assertThat(api.kinds()).isEmpty());
        await().untilAsserted(() -> assertThat(changes).hasValue(3));
    }

    /** Were they forgotten, every exporter's monitor would be taken for unwanted while the API server restarts. */
    @Test
    void whatIsKnownStaysKnownWhileTheApiServerDoesNotAnswer() {
        cluster.answer(_ -> serves("ServiceMonitor"));
        api.start(changes::incrementAndGet);
        await().untilAsserted(() -> assertThat(api.kinds()).containsExactly(ServiceMonitor.class));

        cluster.answer(_ -> Answer.refusal(503, "starting"));
        afterTwoMoreQuestions();

        assertThat(api.kinds()).containsExactly(ServiceMonitor.class);
        assertThat(changes).hasValue(1);
    }

    /** Everybody who is logged in may ask this, whatever his role. */
    @Test
    void nothingElseIsAsked() {
        api.start(changes::incrementAndGet);
        afterTwoMoreQuestions();

        assertThat(cluster.requests()).allSatisfy(request -> {
            assertThat(request.method()).isEqualTo("GET");
            assertThat(request.target()).isEqualTo("/apis/monitoring.coreos.com/v1");
        });
    }

    private void afterTwoMoreQuestions() {
        var before = cluster.requests().size();
        await().until(() -> cluster.requests().size() >= before + 2);
    }

    private static Answer serves(String... kinds) {
        var resources = Arrays.stream(kinds)
                .map(
                        "{\"kind\":\"%s\",\"name\":\"x\",\"namespaced\":true,\"singularName\":\"\",\"verbs\":[]}"
                                ::formatted)
                .collect(Collectors.joining(","));
        return new Answer(
                200,
                "{\"kind\":\"APIResourceList\",\"groupVersion\":\"monitoring.coreos.com/v1\",\"resources\":[%s]}"
                        .formatted(resources));
    }
}
