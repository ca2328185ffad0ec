package dev.redoubt.operator.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/security.md} tells of every control, and of no other. */
class SecurityPageTest {
    private static final Path PAGE = Path.of("..", "docs", "security.md");
    private static final Pattern SECTION = Pattern.compile("^### (H\\d+ \\w+)$", Pattern.MULTILINE);

    @Test
    void thePageHasASectionForEachControlInTheirOrder() throws IOException {
        var sections = SECTION.matcher(Files.readString(PAGE))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();

        assertThat(sections)
                .containsExactlyElementsOf(
                        Arrays.stream(Control.values()).map(Control::toString).toList());
    }
}
