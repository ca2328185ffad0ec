package dev.redoubt.cache.hot.entries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.cache.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryTargetTest {

    @ParameterizedTest
    @CsvSource({
        "/v1/cache/r/k, r, k",
        "/v1/cache/r/a+b, r, a+b",
        "/v1/cache/r/a%2Fb%3Fc, r, a/b?c",
        "/v1/cache/r/%e2%82%ac, r, €",
        "/v1/cache/lat%65st/k, latest, k",
        "/v1/cache/r/a:b@c;d=e, r, a:b@c;d=e",
    })
    void readsRegionAndKey(String uri, String region, String key) {
        EntryTarget.Entry entry = (EntryTarget.Entry) parse(uri);
        assertThat(entry.region()).isEqualTo(region);
        assertThat(new String(entry.key(), StandardCharsets.UTF_8)).isEqualTo(key);
    }

    @Test
    void keepsEveryByteOfAKey() {
        EntryTarget.Entry entry = (EntryTarget.Entry) parse("/v1/cache/r/%00%FF%0d%0A%7f");
        assertThat(entry.key()).containsExactly(0, 0xff, 0x0d, 0x0a, 0x7f);
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

    @Test
    void tellsEntriesRegionsAndTheListApart() {
        assertThat(parse("/v1/cache")).isEqualTo(new EntryTarget.All());
        assertThat(parse("/v1/cache/")).isEqualTo(new EntryTarget.All());
        assertThat(parse("/v1/cache/r")).isEqualTo(new EntryTarget.Whole("r", ""));
        assertThat(parse("/v1/cache/r:mget")).isEqualTo(new EntryTarget.Whole("r", "mget"));
        assertThat(parse("/v1/cache:x")).isEqualTo(new EntryTarget.Whole("", "x"));
    }

    @Test
    void readsTheVerbOfAPostOnly() {
        EntryTarget.Entry put = (EntryTarget.Entry) parse("/v1/cache/r/a:incr");
        assertThat(new String(put.key(), StandardCharsets.UTF_8)).isEqualTo("a:incr");
        assertThat(put.verb()).isEmpty();
        EntryTarget.Entry post =
                (EntryTarget.Entry) EntryTarget.parse("/v1/cache/r/a:b:incr", "/v1/cache".length(), 512, true);
        assertThat(new String(post.key(), StandardCharsets.UTF_8)).isEqualTo("a:b");
        assertThat(post.verb()).isEqualTo("incr");
    }

    @Test
    void countsTheBytesOfTheDecodedKey() {
        assertThat(parse("/v1/cache/r/" + "%41".repeat(512))).isInstanceOf(EntryTarget.Entry.class);
        assertThat(problemOf("/v1/cache/r/" + "a".repeat(513))).isEqualTo(ProblemType.KEY_INVALID);
    }

    private static EntryTarget parse(String path) {
        return EntryTarget.parse(path, "/v1/cache".length(), 512, false);
    }

    private static ProblemType problemOf(String uri) {
        assertThat(parse(uri)).isInstanceOf(EntryTarget.Invalid.class);
        return ((EntryTarget.Invalid) parse(uri)).problem().type();
    }
}
