package dev.redoubt.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.settings.OperatorSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever sets, measures or reads something of the operator finds it on its page; what is not there does not exist. */
class OperatorPageTest {
    private static final Path PAGE = Path.of("../docs/operator.md");
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern OWN_METER = Pattern.compile("\"(redoubt\\.(?!dev)[a-z.]+)\"");

    @Test
    void theSettingsAreThoseOfTheProgramWithTheirDefaults() {
        var rows = rows("Settings").map(cells -> cells.get(0) + " = " + cells.get(1));

        assertThat(rows)
                .containsExactlyElementsOf(leaves("", OperatorSettings.DEFAULTS).toList());
    }

    @Test
    void theEventsAreThoseOfTheProgramWithTheirTypes() {
        var rows = rows("Events").map(cells -> cells.get(0) + " " + cells.get(1));

        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(EventReason.values())
                        .map(reason -> "`" + reason + "` " + reason.type())
                        .toList());
    }

    @Test
    void everyEventSaysWhenAndWhatToDo() {
        assertThat(rows("Events"))
                .allSatisfy(cells -> assertThat(cells).hasSize(4).noneMatch(String::isEmpty));
    }

    /** Those of the framework come into being when it works: {@link ProgramIT} looks at them. */
    @Test
    void everyMeterOfOurOwnIsThere() throws IOException {
        try (var files = Files.walk(SOURCES)) {
            var meters = files.filter(Files::isRegularFile)
                    .flatMap(file -> OWN_METER.matcher(text(file)).results())
                    .map(match -> match.group(1).replace('.', '_'))
                    .toList();

            assertThat(meters).isNotEmpty().allSatisfy(meter -> assertThat(meters())
                    .containsAnyOf(meter, meter + "_total"));
        }
    }

    /** The names of the meters on the page. */
    static List<String> meters() {
        return rows("Metrics").map(cells -> cells.getFirst().replace("`", "")).toList();
    }

    /** The cells of the table in this section, without its head. */
    private static Stream<List<String>> rows(String section) {
        var page = text(PAGE);
        var start = page.indexOf("## " + section + "\n");
        var end = page.indexOf("\n## ", start);
        return page.substring(start, end < 0 ? page.length() : end)
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> Arrays.stream(line.substring(1).split("\\|"))
                        .map(String::strip)
                        .toList());
    }

    private static Stream<String> leaves(String path, Object value) {
        if (!(value instanceof Record settings)) {
            return Stream.of("`%s` = `%s`".formatted(path, text(value)));
        }
        return Arrays.stream(settings.getClass().getRecordComponents()).flatMap(component -> {
            try {
                var below = component.getAccessor().invoke(settings);
                return leaves(path.isEmpty() ? component.getName() : path + "." + component.getName(), below);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        });
    }

    /** As one writes it in YAML. */
    private static String text(Object value) {
        return switch (value) {
            case String text when text.isEmpty() -> "\"\"";
            case Duration days when days.equals(Duration.ofDays(days.toDays())) -> days.toDays() + "d";
            case Duration minutes
            when minutes.equals(Duration.ofMinutes(minutes.toMinutes())) -> minutes.toMinutes() + "m";
            case Duration seconds -> seconds.toSeconds() + "s";
            case Map<?, ?> map -> map.toString().replace("=", ": ");
            default -> value.toString();
        };
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
