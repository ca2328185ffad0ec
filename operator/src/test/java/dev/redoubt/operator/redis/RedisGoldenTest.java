package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.Golden;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that is made for a Redis, byte for byte: {@code golden/redis/<case>/in.yaml} becomes {@code out.yaml}, in the order in
 * which it is applied. A Secret's content is shown as text, under {@code stringData}; certificates and keys as what they say.
 */
class RedisGoldenTest {
    private static final Path CASES = Golden.directory("redis");
    private static final Path POD_TEMPLATES = Golden.directory("pod-template");

    static List<String> cases() {
        return Golden.names(CASES);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rendersWhatTheFileHolds(String name) throws IOException {
        var rendered = RedisObjects.render(readableModel(name)).stream()
                .map(RedisFixture::readable)
                .map(RedisFixture.SERIALIZATION::asYaml)
                .collect(Collectors.joining());

        Golden.check(CASES.resolve(name).resolve("out.yaml"), rendered);
    }

    /** The hash in the template's annotations stands for the bytes themselves. */
    @ParameterizedTest
    @MethodSource("cases")
    void thePodTemplateStaysTheSameThroughAnUpgradeOfTheOperator(String name) throws IOException {
        var template = RedisStatefulSet.template(readableModel(name));

        Golden.check(
                POD_TEMPLATES.resolve(name + ".yaml"),
                RedisFixture.SERIALIZATION.asYaml(template),
                "golden.podTemplate.update",
                "Another pod template restarts the pod of EVERY Redis when the operator is upgraded. If it is worth"
                        + " that, announce it in CHANGELOG.md and");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void renderingTwiceGivesTheSameBytes(String name) throws IOException {
        var model = RedisFixture.model(in(name));

        assertThat(json(RedisObjects.render(model))).isEqualTo(json(RedisObjects.render(model)));
    }

    /** What the second pass finds is what the first one made: it must want nothing else. */
    @ParameterizedTest
    @MethodSource("cases")
    void theNextPassRendersTheSameBytes(String name) throws IOException {
        var redis = in(name);
        var world = RedisFixture.world(Map.of(), Map.of(), Map.of());
        var first = RedisObjects.render(RedisFixture.model(redis, world));

        var next = RedisObjects.render(
                RedisFixture.model(in(name), RedisFixture.worldAfter(first, RedisFixture.names(redis))));

        assertThat(json(next)).isEqualTo(json(first));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyObjectIsOwnedLabelledAndNamespaced(String name) throws IOException {
        var redis = in(name);
        var owner = RedisFixture.owner(redis);

        assertThat(RedisObjects.render(RedisFixture.model(redis))).allSatisfy(object -> {
            assertThat(owner.owns(object)).isTrue();
            assertThat(object.getMetadata().getNamespace()).isEqualTo("shop");
            assertThat(object.getMetadata().getLabels()).containsAllEntriesOf(owner.labels());
            // A name may have 63 characters, and a resource's own up to 40.
            assertThat(object.getMetadata().getName().length() - owner.name().length())
                    .isLessThanOrEqualTo(23);
        });
    }

    @Test
    void noFileLiesThereForNothing() {
        assertThat(cases()).isNotEmpty().allSatisfy(name -> assertThat(Golden.names(CASES.resolve(name)))
                .containsExactly("in.yaml", "out.yaml"));
        assertThat(Golden.names(POD_TEMPLATES))
                .containsExactlyElementsOf(
                        cases().stream().map(name -> name + ".yaml").toList());
    }

    private static Redis in(String name) throws IOException {
        return RedisFixture.read(Files.readString(CASES.resolve(name).resolve("in.yaml")));
    }

    private static RedisModel readableModel(String name) throws IOException {
        return RedisFixture.withReadableCertificates(RedisFixture.model(in(name)));
    }

    private static String json(List<HasMetadata> objects) {
        return objects.stream().map(RedisFixture.SERIALIZATION::asJson).collect(Collectors.joining("\n"));
    }
}
