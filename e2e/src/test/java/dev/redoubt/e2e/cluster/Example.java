package dev.redoubt.e2e.cluster;

import dev.redoubt.e2e.process.Program;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A file of {@code examples/}, as a reader finds it.
 *
 * @param name of the file
 * @param yaml its text
 */
public record Example(String name, String yaml) {

    private static final Path FOLDER = Program.checkout().resolve("examples");

    /** All of them, by name. */
    public static List<Example> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .sorted()
                    .map(Example::named)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file of this name. */
    public static Example named(String name) {
        try {
            return new Example(name, Files.readString(FOLDER.resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The documents in it. */
    public List<HasMetadata> documents(KubernetesClient client) {
        return client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items();
    }

    @Override
    public String toString() {
        return name;
    }
}
