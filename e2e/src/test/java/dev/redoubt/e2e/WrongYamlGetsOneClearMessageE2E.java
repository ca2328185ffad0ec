package dev.redoubt.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.e2e.cluster.Kind;
import dev.redoubt.e2e.cluster.OnCluster;
import dev.redoubt.e2e.cluster.Stage;
import dev.redoubt.e2e.process.Outcome;
import dev.redoubt.e2e.process.Program;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code kubectl apply} of a mistake says what is wrong, once, and changes nothing. */
@OnCluster
final class WrongYamlGetsOneClearMessageE2E {

    private static final Path CORPUS = Program.checkout().resolve("e2e/src/test/resources/wrong");
    private static final String EXPECT = "# expect: ";

    /** Kubernetes adds this beside the cause when the schema already failed and its rules were therefore not run. */
    private static final String NOT_CHECKED = "some validation rules were not checked";

    private static final String REDIS = """
            apiVersion: redoubt.dev/v1alpha1
            kind: Redis
            metadata: {name: %s}
            spec:
              maxMemory: 64Mi
              persistence: {storage: {size: %s, storageClassName: %s}}
            """;

    private final Stage stage;

    WrongYamlGetsOneClearMessageE2E(Stage stage) {
        this.stage = stage;
    }

    static Stream<String> corpus() throws IOException {
        try (Stream<Path> files = Files.list(CORPUS)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("corpus")
    void aNewResourceIsRefusedWithOneCause(String file) throws IOException {
        String yaml = Files.readString(CORPUS.resolve(file));
        List<String> expected = yaml.lines()
                .filter(line -> line.startsWith(EXPECT))
                .map(line -> line.substring(EXPECT.length()))
                .toList();
        Outcome refused = stage.apply(yaml).failed();
        assertThat(expected).isNotEmpty();
        assertThat(refused.err()).contains(expected);
        assertThat(causes(refused)).as(refused.err()).hasSize(1);
        assertThat(stage.kubectl("get", "redis,cacheservice", "-o", "name").text())
                .doesNotContain("/wrong");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "shrinking, 2Gi, 1Gi, local-path, local-path, spec.persistence.storage, shrink",
        "moving, 2Gi, 2Gi, local-path, other, spec.persistence.storage.storageClassName, storageClassName"
    })
    void aChangeThatTheDiskCannotFollowIsRefused(
            String name, String size, String wrongSize, String type, String wrongType, String field, String word) {
        stage.apply(REDIS.formatted(name, size, type)).succeeded();
        Spec before = spec(name);
        Outcome refused =
                stage.apply(REDIS.formatted(name, wrongSize, wrongType)).failed();
        assertThat(refused.err()).contains(field).contains(word);
        assertThat(causes(refused)).as(refused.err()).hasSize(1);
        assertThat(spec(name)).isEqualTo(before);
        stage.kubectl("delete", "redis", name, "--wait=false").succeeded();
    }

    @Test
    void aMistakeInAnUpdateLeavesTheResourceAsItWas() {
        stage.apply(REDIS.formatted("kept", "1Gi", "local-path")).succeeded();
        Spec before = spec("kept");
        stage.kubectl("patch", "redis", "kept", "--type=merge", "-p", "{\"spec\":{\"maxMemoryPolicy\":\"lru\"}}")
                .failed();
        assertThat(spec("kept")).isEqualTo(before);
        stage.kubectl("delete", "redis", "kept", "--wait=false").succeeded();
    }

    private Spec spec(String name) {
        GenericKubernetesResource redis = Objects.requireNonNull(stage.get(Kind.REDIS, name));
        Map<String, Object> fields = Objects.requireNonNull(redis.get("spec"));
        return new Spec(redis.getMetadata().getGeneration(), fields);
    }

    /** What a refused change must not have changed. */
    private record Spec(long generation, Map<String, Object> fields) {}

    /** kubectl prints one cause behind the first line's colon, and several as a list. */
    private static List<String> causes(Outcome refused) {
        List<String> listed =
                refused.err().lines().filter(line -> line.startsWith("* ")).toList();
        List<String> all = listed.isEmpty()
                ? refused.err().lines().filter(line -> !line.isBlank()).toList()
                : listed;
        return all.stream().filter(line -> !line.contains(NOT_CHECKED)).toList();
    }
}
