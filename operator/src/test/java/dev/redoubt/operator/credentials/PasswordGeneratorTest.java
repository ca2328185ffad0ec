package dev.redoubt.operator.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PasswordGeneratorTest {
    private final PasswordGenerator generator = new PasswordGenerator(new SecureRandom());

    @Test
    void aPasswordHas256BitsAndNeedsNoQuoting() {
        var password = generator.password().plain();

        assertThat(password).matches("[A-Za-z0-9_-]{43}");
        assertThat(Base64.getUrlDecoder().decode(password)).hasSize(32);
    }

    @Test
    void anApiKeyCanBeRecognised() {
        assertThat(generator.apiKey().plain()).matches("rdk_[A-Za-z0-9_-]{43}");
    }

    @Test
    void noTwoAreTheSame() {
        var many = IntStream.range(0, 1000)
                .mapToObj(_ -> generator.password().plain())
                .collect(Collectors.toSet());

        assertThat(many).hasSize(1000);
    }

    /** The random bytes are the source's own: nothing of them is lost. */
    @Test
    void theBytesAreThoseOfTheSource() {
        var ones = new PasswordGenerator(() -> -1L);

        assertThat(Base64.getUrlDecoder().decode(ones.password().plain())).containsOnly(-1);
    }

    @Test
    void aPasswordPrintsAsStars() {
        assertThat(new Password("secret")).hasToString("***");
    }
}
