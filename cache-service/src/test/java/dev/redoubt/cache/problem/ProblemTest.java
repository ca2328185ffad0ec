package dev.redoubt.cache.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemTest {

    @Test
    void isRenderedAlwaysTheSame() {
        assertThat(new String(
                        new Problem(ProblemType.CACHE_UNAVAILABLE, "a \"quoted\" detail").toJson(),
                        StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"type\":\"https://redoubt.dev/problems/cache-unavailable\",\"title\":\"The cache cannot be reached\","
                                + "\"status\":503,\"code\":\"cache-unavailable\",\"detail\":\"a \\\"quoted\\\" detail\",\"retryable\":true}");
    }

    @Test
    void codesAreDistinct() {
        assertThat(Arrays.stream(ProblemType.values()).map(ProblemType::code)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void isDocumented(ProblemType type) throws Exception {
        assertThat(Files.readString(Path.of("../docs/cache-service.md")))
                .contains("| `" + type.code() + "` | " + type.status() + " |");
    }
}
