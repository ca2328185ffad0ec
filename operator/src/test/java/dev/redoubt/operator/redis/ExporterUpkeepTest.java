package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.FakeApi.Answer;
import dev.redoubt.operator.FakeApi.Request;
import dev.redoubt.operator.apply.AskedEachTime;
import dev.redoubt.operator.exporter.ExporterModel;
import dev.redoubt.operator.exporter.ExporterUpkeep;
import dev.redoubt.operator.monitoring.MonitoringApi;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is written for an exporter, and what is said where it cannot be. */
class ExporterUpkeepTest {
    private static final Redis REDIS = RedisFixture.redis("cache", "{}");
    private static final RedisModel MODEL = RedisFixture.model(REDIS);
    private static final Answer NOT_FOUND = Answer.refusal(404, "not found");
    private static final Answer NO_LIST = new Answer(200, "{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[]}");
    private static final Answer BOTH_KINDS = new Answer(200, """
            {"kind":"APIResourceList","groupVersion":"monitoring.coreos.com/v1","resources":[
             {"kind":"ServiceMonitor","name":"servicemonitors","namespaced":true,"singularName":"","verbs":[]},
             {"kind":"PrometheusRule","name":"prometheusrules","namespaced":true,"singularName":"","verbs":[]}]}
            """);

    private FakeApi api;
    private MonitoringApi kinds;
    private ExporterUpkeep upkeep;

    @BeforeEach
    void start() {
        api = new FakeApi();
        kinds = new MonitoringApi(api.client(), Duration.ofDays(1));
        upkeep = new ExporterUpkeep(api.cluster(), kinds);
    }

    @AfterEach
    void stop() {
        kinds.close();
        api.close();
    }

    @Test
    void whatIsMissingIsMadeAndSaidInOneEvent() {
        answer(NOT_FOUND, request -> new Answer(201, request.body()));

        var again = keep(MODEL.exporter());

        assertThat(again).isEmpty();
        assertThat(written())
                .containsExactly("secrets", "serviceaccounts", "networkpolicies", "services", "deployments");
        assertThat(api.events()).singleElement().satisfies(event -> assertThat(event)
                .startsWith("MonitoringChanged: ")
                .contains("Deployment cache-redis-exporter created"));
    }

    @Test
    void whereTheClusterHasTheKindsThereAreMonitorsAndTheyAreLookedAtAgain() {
        theClusterHasBothKinds();
        answer(NOT_FOUND, request -> new Answer(201, request.body()));

        var again = keep(MODEL.exporter());

        assertThat(again).contains(Duration.ofMinutes(10));
        assertThat(written()).endsWith("servicemonitors", "prometheusrules").hasSize(7);
    }

    /** The rights on these kinds are the newest in the role: somebody's own copy of it may lack them. */
    @Test
    void aMissingRightIsSaidOnceAndTriedAgain() {
        theClusterHasBothKinds();
        answer(
                NOT_FOUND,
                request -> request.target().contains("monitoring.coreos.com")
                        ? Answer.refusal(403, "servicemonitors is forbidden")
                        : new Answer(201, request.body()));

        var first = keep(MODEL.exporter());
        keep(MODEL.exporter());

        assertThat(first).contains(Duration.ofSeconds(30));
        assertThat(api.events().stream().filter(event -> event.startsWith("MonitoringIncomplete")))
                .singleElement()
                .satisfies(event -> assertThat(event).contains("servicemonitors is forbidden", "shipped role"));
    }

    @Test
    void anObjectOfSomebodyElseIsLeftAlone() {
        answer(new Answer(200, """
                {"metadata":{"name":"cache-redis-exporter","namespace":"shop","ownerReferences":[]}}
                """), request -> new Answer(200, request.body()));

        var again = keep(MODEL.exporter());

        assertThat(again).contains(Duration.ofSeconds(30));
        assertThat(written()).isEmpty();
        assertThat(api.events()).singleElement().satisfies(event -> assertThat(event)
                .startsWith("MonitoringIncomplete: Secret cache-redis-exporter exists and does not belong"));
    }

    @Test
    void whereNoneIsWantedWhatIsThereGoes() {
        theClusterHasBothKinds();
        var owned = api.client()
                .getKubernetesSerialization()
                .asJson(MODEL.exporter().orElseThrow().owner().metadata("cache-redis-exporter"));
        answer(new Answer(200, "{\"items\":[{\"metadata\":" + owned + "}]}"), _ -> new Answer(200, "{}"));

        var again = keep(Optional.empty());

        assertThat(again).isEmpty();
        assertThat(api.requests().stream()
                        .filter(request -> request.method().equals("DELETE"))
                        .map(ExporterUpkeepTest::plural))
                .containsExactlyInAnyOrder(
                        "deployments",
                        "services",
                        "networkpolicies",
                        "serviceaccounts",
                        "secrets",
                        "servicemonitors",
                        "prometheusrules");
    }

    @Test
    void whereNoneIsWantedAndNoneIsThereNothingIsWritten() {
        answer(NO_LIST, request -> new Answer(200, request.body()));

        keep(Optional.empty());

        assertThat(written()).isEmpty();
        assertThat(api.events()).isEmpty();
    }

    private void theClusterHasBothKinds() {
        api.answer(_ -> BOTH_KINDS);
        kinds.start(() -> {});
        Awaitility.await().until(() -> kinds.kinds().size() == 2);
    }

    private void answer(Answer toReading, Function<Request, Answer> toWriting) {
        api.answer(request -> request.method().equals("GET") ? toReading : toWriting.apply(request));
    }

    // Nothing here exists and is compared: that is what the framework's context is for.
    @SuppressWarnings("NullAway")
    private Optional<Duration> keep(Optional<ExporterModel> wanted) {
        return upkeep.keep(REDIS, RedisExporter.owner(MODEL.owner()), wanted, new AskedEachTime(api.client()), null);
    }

    /** What was applied or deleted, in its order. */
    private List<String> written() {
        return api.requests().stream()
                .filter(request -> !request.method().equals("GET"))
                .map(ExporterUpkeepTest::plural)
                .toList();
    }

    private static String plural(Request request) {
        return request.target().replaceFirst(".*/([a-z]+)/[^/]*$", "$1");
    }
}
