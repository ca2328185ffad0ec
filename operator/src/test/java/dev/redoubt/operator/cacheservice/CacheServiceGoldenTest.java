package dev.redoubt.operator.cacheservice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.CacheService;
import dev.redoubt.operator.Golden;
import dev.redoubt.operator.redis.RedisFixture;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that is made for a CacheService, byte for byte: {@code golden/cacheservice/<case>/in.yaml} becomes {@code out.yaml}.
 * Its Deployment is part of that: other bytes roll its pods at an upgrade of the operator, without an outage.
 */
class CacheServiceGoldenTest {
    private static final Path CASES = Golden.directory("cacheservice");

    static List<String> cases() {
        return Golden.names(CASES);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rendersWhatTheFileHolds(String name) throws IOException {
        var service = in(name);
        var model = CacheServiceFixture.withReadableCertificates(
                CacheServiceFixture.model(service, CacheServiceFixture.readableKeys(service)));
        var rendered = CacheServiceObjects.render(model).stream()
                .map(RedisFixture::readable)
                .map(RedisFixture.SERIALIZATION::asYaml)
                .collect(Collectors.joining());

        Golden.check(CASES.resolve(name).resolve("out.yaml"), rendered);
    }

    /** What the second pass finds is what the first one made: it must want nothing else. */
    @ParameterizedTest
    @MethodSource("cases")
    void theNextPassRendersTheSameBytes(String name) throws IOException {
        var first = CacheServiceObjects.render(CacheServiceFixture.model(in(name)));

        var next = CacheServiceObjects.render(CacheServiceFixture.model(in(name), first));

        assertThat(json(next)).isEqualTo(json(first));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyObjectIsOwnedLabelledAndNamespaced(String name) throws IOException {
        var service = in(name);
        var owner = CacheServiceFixture.owner(service);

        assertThat(CacheServiceObjects.render(CacheServiceFixture.model(service)))
                .allSatisfy(object -> {
                    assertThat(owner.owns(object)).isTrue();
                    assertThat(object.getMetadata().getNamespace()).isEqualTo("shop");
                    assertThat(object.getMetadata().getLabels()).containsAllEntriesOf(owner.labels());
                });
    }

    @Test
    void noFileLiesThereForNothing() {
        assertThat(cases()).isNotEmpty().allSatisfy(name -> assertThat(Golden.names(CASES.resolve(name)))
                .containsExactly("in.yaml", "out.yaml"));
    }

    private static CacheService in(String name) throws IOException {
        return CacheServiceFixture.read(Files.readString(CASES.resolve(name).resolve("in.yaml")));
    }

    private static String json(List<HasMetadata> objects) {
        return objects.stream().map(RedisFixture.SERIALIZATION::asJson).collect(Collectors.joining("\n"));
    }
}
