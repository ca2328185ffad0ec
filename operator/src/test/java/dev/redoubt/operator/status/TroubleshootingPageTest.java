package dev.redoubt.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever sees a reason in a condition finds a section of that name that says what to do. */
class TroubleshootingPageTest {
    private static final Path PAGE = Path.of("../docs/troubleshooting.md");
    private static final Pattern SECTION = Pattern.compile("(?m)^### (\\w+)$");

    @Test
    void theSectionsAreTheReasonsNoMoreAndNoLess() throws IOException {
        var sections = SECTION.matcher(Files.readString(PAGE))
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(sections).as("sections of %s", PAGE).containsExactlyInAnyOrderElementsOf(names());
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void eachSaysWhatItMeansAndWhatToDo(Reason reason) throws IOException {
        var page = Files.readString(PAGE);
        var start = page.indexOf("### " + reason.name() + "\n");
        var end = page.indexOf("\n#", start + 1);

        assertThat(page.substring(start, end < 0 ? page.length() : end)).contains("**Means:** ", "**Do:** ");
    }

    private static List<String> names() {
        return Arrays.stream(Reason.values()).map(Enum::name).toList();
    }
}
