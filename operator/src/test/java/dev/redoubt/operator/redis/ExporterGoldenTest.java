package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.Golden;
import dev.redoubt.operator.exporter.ExporterModel;
import dev.redoubt.operator.exporter.ExporterMonitors;
import dev.redoubt.operator.exporter.ExporterObjects;
import dev.redoubt.operator.monitoring.PrometheusRule;
import dev.redoubt.operator.monitoring.ServiceMonitor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The exporter of each Redis of {@link RedisGoldenTest}, byte for byte, in {@code golden/exporter/<case>.yaml}. */
class ExporterGoldenTest {
    private static final Path FILES = Golden.directory("exporter");
    private static final String WITHOUT = "no-persistence";
    private static final List<Class<? extends HasMetadata>> BOTH_KINDS =
            List.of(ServiceMonitor.class, PrometheusRule.class);

    static List<String> cases() {
        return RedisGoldenTest.cases().stream()
                .filter(name -> !name.equals(WITHOUT))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rendersWhatTheFileHolds(String name) throws IOException {
        var rendered = everything(model(name))
                .map(RedisFixture::readable)
                .map(RedisFixture.SERIALIZATION::asYaml)
                .collect(Collectors.joining());

        Golden.check(FILES.resolve(name + ".yaml"), rendered);
    }

    @Test
    void noFileLiesThereForNothing() {
        assertThat(Golden.names(FILES))
                .containsExactlyElementsOf(
                        cases().stream().map(name -> name + ".yaml").toList());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyObjectBelongsToTheRedisAndToNoneOfItsOtherComponents(String name) throws IOException {
        var model = model(name);
        var redis = RedisFixture.owner(redis(name));

        assertThat(everything(model)).allSatisfy(object -> {
            assertThat(model.owner().ownsInComponent(object)).isTrue();
            assertThat(redis.owns(object)).isTrue();
            assertThat(redis.ownsInComponent(object)).isFalse();
            assertThat(object.getMetadata().getName()).isEqualTo(redis.name() + "-redis-exporter");
        });
    }

    /** A Service or a NetworkPolicy of the server that took the exporter's pod for the server's would send clients to it. */
    @ParameterizedTest
    @MethodSource("cases")
    void itsPodIsNotTakenForAServer(String name) throws IOException {
        var redis = RedisFixture.owner(redis(name));

        assertThat(model(name).owner().labels().entrySet())
                .doesNotContainAnyElementsOf(redis.selector().entrySet().stream()
                        .filter(label -> label.getKey().equals("app.kubernetes.io/name"))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void thePasswordReachesItByAFileAlone(String name) throws IOException {
        var model = model(name);
        var deployment = ExporterObjects.render(model).stream()
                .filter(Deployment.class::isInstance)
                .map(RedisFixture.SERIALIZATION::asJson)
                .toList();

        assertThat(deployment).singleElement().satisfies(json -> assertThat(json)
                .doesNotContain(model.server().password().plain(), "\"env\"", "envFrom")
                .contains("-redis.password-file="));
    }

    @Test
    void onlyTheKindsThatTheClusterHasAreMade() throws IOException {
        var model = model("minimal");

        assertThat(ExporterMonitors.render(model, List.of())).isEmpty();
        assertThat(ExporterMonitors.render(model, List.of(PrometheusRule.class)))
                .hasOnlyElementsOfType(PrometheusRule.class);
        assertThat(ExporterMonitors.render(model, BOTH_KINDS)).hasSize(2);
    }

    /** An alert that kept the expression of the file would be raised once by the rule of each Redis. */
    @Test
    void everyAlertIsAboutItsOwnRedisAlone() throws IOException {
        var rule = RedisFixture.SERIALIZATION.asYaml(
                ExporterMonitors.render(model("minimal"), List.of(PrometheusRule.class))
                        .getFirst());

        assertThat(rule).doesNotContain("redis!=");
        assertThat(
                        rule.split(
                                "\\{namespace=\"shop\", redis=\"minimal\"|\\{namespace=\\\\\"shop\\\\\", redis=\\\\\"minimal\\\\\""))
                .hasSizeGreaterThan(7);
    }

    @Test
    void whereNoneIsWantedNobodyIsAdmittedForIt() throws IOException {
        var without = RedisFixture.model(redis(WITHOUT));

        assertThat(without.exporter()).isEmpty();
        assertThat(RedisObjects.render(without).stream().map(RedisFixture.SERIALIZATION::asJson))
                .noneSatisfy(json -> assertThat(json).contains("redis-exporter"));
    }

    private static Stream<HasMetadata> everything(ExporterModel model) {
        return Stream.concat(
                ExporterObjects.render(model).stream(), ExporterMonitors.render(model, BOTH_KINDS).stream());
    }

    private static Redis redis(String name) throws IOException {
        return RedisFixture.read(
                Files.readString(Golden.directory("redis").resolve(name).resolve("in.yaml")));
    }

    /** With words in place of the authority's certificate. */
    private static ExporterModel model(String name) throws IOException {
        var model = RedisFixture.model(redis(name)).exporter().orElseThrow();
        var server = model.server();
        return new ExporterModel(
                model.owner(),
                model.name(),
                model.image(),
                new ExporterModel.Server(
                        server.host(),
                        server.port(),
                        server.user(),
                        server.password(),
                        "certificate of the authority\n",
                        server.certificate(),
                        server.podLabels()),
                model.resources(),
                model.scheduling(),
                model.monitoringLabels());
    }
}
