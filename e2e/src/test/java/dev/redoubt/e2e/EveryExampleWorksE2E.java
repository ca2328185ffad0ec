package dev.redoubt.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.e2e.cluster.Example;
import dev.redoubt.e2e.cluster.OnCluster;
import dev.redoubt.e2e.cluster.Stage;
import dev.redoubt.e2e.process.Program;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every file of {@code examples/} does what a reader hopes for when it is applied as it stands. */
@OnCluster
final class EveryExampleWorksE2E {

    /** What {@code kubectl wait} waits for, by kind; other kinds are there once they are applied. */
    private static final Map<String, String> DONE = Map.of(
            "Redis",
            "Ready",
            "CacheService",
            "Ready",
            "RedisUser",
            "Ready",
            "Pod",
            "Ready",
            "Deployment",
            "Available",
            "Job",
            "Complete");

    private final Stage stage;

    EveryExampleWorksE2E(Stage stage) {
        this.stage = stage;
    }

    static Stream<Example> examples() {
        return Example.all().stream();
    }

    @Test
    void thereAreExamples() {
        assertThat(Example.all()).extracting(Example::name).contains("quickstart.yaml");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("examples")
    void itAppliesAndBecomesReady(Example example) {
        List<HasMetadata> documents = example.documents(stage.client());
        Stage own = documents.stream().anyMatch(document -> document.getKind().equals("Namespace"))
                ? stage.beside(namespace(documents.getLast()))
                : stage;
        own.apply(example.yaml()).succeeded();
        documents.forEach(this::awaitDone);
        if (!example.name().equals("quickstart.yaml")) {
            remove(documents);
        }
    }

    private void awaitDone(HasMetadata document) {
        String condition = DONE.get(document.getKind());
        if (condition != null) {
            Program.kubectl()
                    .within(Stage.PATIENCE.plusSeconds(15))
                    .run(
                            "wait",
                            "--namespace=" + namespace(document),
                            "--for=condition=" + condition,
                            "--timeout=" + Stage.PATIENCE.toSeconds() + "s",
                            document.getKind() + "/" + document.getMetadata().getName())
                    .succeeded();
        }
    }

    /** Takes away what the example made; a namespace is others' too and stays. */
    private void remove(List<HasMetadata> documents) {
        documents.reversed().stream()
                .filter(document -> !document.getKind().equals("Namespace"))
                .forEach(document -> Program.kubectl()
                        .run(
                                "delete",
                                "--namespace=" + namespace(document),
                                "--ignore-not-found",
                                document.getKind() + "/"
                                        + document.getMetadata().getName())
                        .succeeded());
    }

    private String namespace(HasMetadata document) {
        return Objects.requireNonNullElse(document.getMetadata().getNamespace(), stage.namespace());
    }
}
