package dev.redoubt.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files that hold what the operator renders, byte for byte. */
public final class Golden {
    private static final Path ROOT = Path.of("src/test/resources/golden");

    private Golden() {}

    /** The directory {@code name} of golden files. */
    public static Path directory(String name) {
        return ROOT.resolve(name);
    }

    /** The names of what lies in {@code directory}, sorted. */
    public static List<String> names(Path directory) {
        try (var entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compares {@code actual} with {@code file}; with {@code -Dgolden.update=true} it becomes the file's content. */
    public static void check(Path file, String actual) {
        check(file, actual, "golden.update", "If that is meant, read the difference and");
    }

    /**
     * Compares {@code actual} with {@code file}.
     *
     * @param property the system property that makes {@code actual} the file's content
     * @param advice what to think of before that is done, the beginning of a sentence
     */
    public static void check(Path file, String actual, String property, String advice) {
        try {
            if (Boolean.getBoolean(property)) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, actual);
            }
            assertThat(Files.exists(file) ? Files.readString(file) : "")
                    .as("%s is not what is rendered now. %s run with -D%s=true", file, advice, property)
                    .isEqualTo(actual);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
