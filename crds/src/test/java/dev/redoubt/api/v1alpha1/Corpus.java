package dev.redoubt.api.v1alpha1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Resources as people write them, right and wrong, in {@code src/test/resources/corpus/<kind>}.
 *
 * <p>{@code valid-*} is accepted, {@code invalid-*} refused. {@code update-valid-*} and {@code update-invalid-*} hold two
 * documents: the first is stored, the second then applied over it. What is refused begins with
 * {@code # expect: <part of the one message>}.
 */
final class Corpus {

    private static final Path FOLDER = Path.of("src/test/resources/corpus");
    private static final String EXPECT = "# expect: ";

    private Corpus() {}

    /** One file: its kind in lower case, its name, its documents, and the expected message, empty if it is valid. */
    record Entry(String kind, String name, List<String> documents, String expected) {

        /** The plural, as in a URL. */
        String plural() {
            return kind.equals("redis") ? "redises" : kind + "s";
        }

        /** The mistake in words, from the file's name. */
        String mistake() {
            return name.replaceFirst("^(update-)?(in)?valid-", "")
                    .replaceFirst("\\.yaml$", "")
                    .replace('-', ' ');
        }

        /** The same with another {@code metadata.name}, and with a label that keeps it from any operator in the cluster. */
        Entry named(String other) {
            List<String> renamed = documents.stream()
                    .map(document -> document.replaceFirst(
                            "metadata: \\{name: [^}]*}",
                            "metadata: {name: " + other + ", labels: {redoubt.dev/operator: nobody}}"))
                    .toList();
            return new Entry(kind, name, renamed, expected);
        }

        @Override
        public String toString() {
            return kind + "/" + name;
        }
    }

    static Stream<Entry> entries(String prefix) {
        return Stream.of("redis", "cacheservice", "redisuser").flatMap(kind -> entries(kind, prefix));
    }

    static Stream<Entry> entries(String kind, String prefix) {
        try (Stream<Path> files = Files.list(FOLDER.resolve(kind))) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .sorted()
                    .map(name -> entry(kind, name))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(String kind, String name) {
        try {
            return Files.readString(FOLDER.resolve(kind).resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Entry entry(String kind, String name) {
        String text = text(kind, name);
        String expected =
                text.startsWith(EXPECT) ? text.lines().findFirst().orElseThrow().substring(EXPECT.length()) : "";
        return new Entry(kind, name, List.of(text.split("(?m)^---\n")), expected);
    }
}
