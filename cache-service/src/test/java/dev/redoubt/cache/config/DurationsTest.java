package dev.redoubt.cache.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "250ms, PT0.25S, 250ms",
        "10s, PT10S, 10s",
        "90s, PT90S, 90s",
        "5m, PT5M, 5m",
        "300s, PT5M, 5m",
        "1h30m, PT1H30M, 90m",
        "7d, PT168H, 168h"
    })
    void areReadAndPrinted(String text, Duration expected, String printed) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
        assertThat(Durations.print(expected)).isEqualTo(printed);
        assertThat(Durations.parse(printed)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "1.5s", "-1s", "10 s", "10S", "PT10S", "1w", "9999999999s"})
    void areRefusedWithAnExample(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parse(text))
                .withMessageContaining("write for example");
    }
}
