package dev.redoubt.cache.hot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.cache.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    @ParameterizedTest
    @CsvSource({
        "/v1/cache/r/k, r, k",
        "/v1/cache/r/a+b, r, a+b",
        "/v1/cache/r/a%2Fb%3Fc, r, a/b?c",
        "/v1/cache/r/%e2%82%ac, r, €",
        "/v1/cache/lat%65st/k, latest, k",
        "/v1/cache/r/a:b@c;d=e, r, a:b@c;d=e",
        "http://example.org/v1/cache/r/k, r, k",
        "https://example.org:8443/v1/cache/r/k, r, k",
    })
    void readsRegionAndKey(String uri, String region, String key) {
        Target.Entry entry = (Target.Entry) Target.parse(uri, 512);
        assertThat(entry.region()).isEqualTo(region);
        assertThat(new String(entry.key(), StandardCharsets.UTF_8)).isEqualTo(key);
        assertThat(entry.ttl()).isNull();
    }

    @Test
    void keepsEveryByteOfAKey() {
        Target.Entry entry = (Target.Entry) Target.parse("/v1/cache/r/%00%FF%0d%0A%7f", 512);
        assertThat(entry.key()).containsExactly(0, 0xff, 0x0d, 0x0a, 0x7f);
    }

    @Test
    void readsTheTtl() {
        assertThat(((Target.Entry) Target.parse("/v1/cache/r/k?ttl=30s", 512)).ttl())
                .isEqualTo("30s");
        assertThat(((Target.Entry) Target.parse("/v1/cache/r/k?", 512)).ttl()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/cache/r/",
                "/v1/cache/r/a/b",
                "/v1/cache/r/.",
                "/v1/cache/r/..",
                "/v1/cache/r/%",
                "/v1/cache/r/%4",
                "/v1/cache/r/%zz",
                "/v1/cache/r/%+1",
                "/v1/cache/%4/k",
                "/v1/cache/r/a%2",
                "/v1/cache/r//",
            })
    void refusesWrongKeys(String uri) {
        assertThat(problemOf(uri)).isEqualTo(ProblemType.KEY_INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/cache/r/k?tll=1s",
                "/v1/cache/r/k?ttl=1s&ttl=2s",
                "/v1/cache/r/k?ttl",
                "/v1/cache/r/k?&",
                "/v1/cache/r/k?a=b"
            })
    void refusesUnknownAndRepeatedParameters(String uri) {
        assertThat(problemOf(uri)).isEqualTo(ProblemType.PARAMETER_INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "example.org:443",
                "v1/cache/r/k",
                "/v1/cache/r/k#f",
                "/v1/cache/r/a b",
                "/v1/cache/r/ä",
                "/v1/cache/r/a\u0000"
            })
    void refusesWhatIsNoPath(String uri) {
        assertThat(problemOf(uri)).isEqualTo(ProblemType.REQUEST_MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1/status",
                "/v1/cache",
                "/v1/cache/",
                "/v1/cache/r",
                "/v1/cache/r?x=/y",
                "/v1/cachex/r/k",
                "http://h",
                "/V1/cache/r/k"
            })
    void leavesTheRestToOthers(String uri) {
        assertThat(Target.parse(uri, 512)).isInstanceOf(Target.Elsewhere.class);
    }

    @Test
    void countsTheBytesOfTheDecodedKey() {
        assertThat(Target.parse("/v1/cache/r/" + "%41".repeat(512), 512)).isInstanceOf(Target.Entry.class);
        assertThat(problemOf("/v1/cache/r/" + "a".repeat(513))).isEqualTo(ProblemType.KEY_INVALID);
    }

    private static ProblemType problemOf(String uri) {
        assertThat(Target.parse(uri, 512)).isInstanceOf(Target.Invalid.class);
        return ((Target.Invalid) Target.parse(uri, 512)).problem().type();
    }
}
