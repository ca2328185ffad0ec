package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.redis.GivenPassword.Refused;
import dev.redoubt.operator.redis.GivenPassword.Usable;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a password that somebody has brought along: what to do, and nothing of the password. */
class GivenPasswordTest {
    @Test
    void withoutAReferenceThereIsNone() {
        assertThat(GivenPassword.of(RedisFixture.redis("r", "{}").getSpec(), "shop", _ -> new GivenSecret.Missing()))
                .isEqualTo(new GivenPassword.None());
    }

    @Test
    void aMissingSecretAndOneWithoutTheLabelAreToldApart() {
        assertThat(refusal(new GivenSecret.Missing()))
                .isEqualTo(
                        "SecretNotFound: spec.auth.passwordSecretRef names Secret chosen, which does not exist. Create"
                                + " it, with the label redoubt.dev/watch: \"true\". Until then the password of now goes on to be"
                                + " the application's.");
        assertThat(refusal(new GivenSecret.Unlabelled()))
                .contains("exists, but lacks the label")
                .contains("kubectl -n shop label secret chosen redoubt.dev/watch=true.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'nineteen-characters'        | has 19 characters. A password has from 20 to 512",
                "'twenty-and-a-line-break\n'  | ends in a line break",
                "'twenty and more characters' | has other characters than printable ASCII without spaces",
                "'passwörter-mit-umlauten-xx' | has other characters than printable ASCII without spaces"
            })
    void whatCannotBeUsedIsSaidWithoutSayingIt(String password, String message) {
        assertThat(refusal(secret("word", password)))
                .startsWith("PasswordUnusable: Entry word of Secret chosen " + message)
                .doesNotContain(password.strip());
    }

    @Test
    void theEntryHasToBeThere() {
        assertThat(refusal(secret("password", "x".repeat(20)))).contains("no readable entry word");
    }

    @Test
    void whatCanBeUsedIsTakenAsItIs() {
        var password = "!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\"";

        assertThat(given(secret("word", password))).isEqualTo(new Usable(new Password(password)));
        assertThat(given(secret("word", "x".repeat(512)))).isInstanceOf(Usable.class);
        assertThat(given(secret("word", "x".repeat(513)))).isInstanceOf(Refused.class);
        assertThat(String.valueOf(given(secret("word", password)))).doesNotContain(password);
    }

    private static String refusal(GivenSecret secret) {
        return given(secret) instanceof Refused(var why) ? why.reason() + ": " + why.message() : "usable";
    }

    private static GivenPassword given(GivenSecret secret) {
        var redis = RedisFixture.redis("r", "{auth: {passwordSecretRef: {name: chosen, key: word}}}");
        return GivenPassword.of(redis.getSpec(), "shop", name -> {
            assertThat(name).isEqualTo("chosen");
            return secret;
        });
    }

    private static GivenSecret secret(String key, String password) {
        return new GivenSecret.Labelled(new SecretBuilder()
                .withData(SecretData.encode(Map.of(key, password)))
                .build());
    }
}
