package dev.redoubt.cache.hot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.cache.problem.ProblemType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    @ParameterizedTest
    @CsvSource({
        "/v1/cache/r/k, /v1/cache/r/k, ''",
        "/v1/cache/r/k?ttl=1s&x=?, /v1/cache/r/k, ttl=1s&x=?",
        "/?, /, ''",
        "http://example.org/v1/cache/r/k, /v1/cache/r/k, ''",
        "https://example.org:8443/v1/cache/r/k?a=/b, /v1/cache/r/k, a=/b",
        "http://h, /, ''",
        "http://h?a=/b, /, a=/b",
    })
    void readsPathAndQuery(String uri, String path, String query) {
        assertThat(Target.parse(uri)).isEqualTo(new Target.Resource(path, query));
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
        assertThat(Target.parse(uri)).isInstanceOfSatisfying(Target.Invalid.class, invalid -> assertThat(
                        invalid.problem().type())
                .isEqualTo(ProblemType.REQUEST_MALFORMED));
    }

    @Test
    void readsTheParametersThatAreKnown() {
        Query query = Query.parse("ttl=30s&tag=a%2Fb&bare", List.of("ttl", "tag", "bare", "other"));
        assertThat(query.complaint()).isNull();
        assertThat(query.get("ttl")).isEqualTo("30s");
        assertThat(query.get("tag")).isEqualTo("a/b");
        assertThat(query.get("bare")).isEmpty();
        assertThat(query.get("other")).isNull();
        assertThat(Query.parse("", List.of()).isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tll=1s", "ttl=1s&ttl=2s", "&", "ttl=1s&", "ttl=%4", "a=b"})
    void refusesUnknownAndRepeatedParameters(String query) {
        assertThat(Query.parse(query, List.of("ttl")).complaint()).isNotNull();
    }
}
