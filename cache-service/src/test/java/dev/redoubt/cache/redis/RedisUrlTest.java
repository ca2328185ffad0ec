package dev.redoubt.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUrlTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "redis://localhost, localhost, 6379, false, -, -, 0",
                "redis://localhost:6380/3, localhost, 6380, false, -, -, 3",
                "rediss://app:s3cret@cache-redis.shop.svc:6379/0, cache-redis.shop.svc, 6379, true, app, s3cret, 0",
                "redis://:pw@host, host, 6379, false, -, pw, 0",
                "redis://user@host, host, 6379, false, user, -, 0",
                "redis://u%40x:p%3A%2F%25@host/, host, 6379, false, u@x, p:/%, 0",
                "redis://:a:b@host, host, 6379, false, -, a:b, 0",
                "rediss://[::1]:7000/1, ::1, 7000, true, -, -, 1",
                "redis://my_host:1, my_host, 1, false, -, -, 0",
            })
    void readsWhatClientLibrariesRead(
            String url, String host, int port, boolean tls, String user, String password, int database) {
        assertThat(RedisUrl.parse(url))
                .isEqualTo(new RedisEndpoint(host, port, tls, user, password, database, null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:6379",
                "http://s3cret@host",
                "redis://",
                "redis://:s3cret@",
                "redis://u:s3cret@host:x",
                "redis://host:0",
                "redis://host:70000",
                "redis://u:s3cret@host/a",
                "rediss://u:s3cret@host?ssl_cert_reqs=none",
                "redis://u:s3cret%zz@host",
                "redis://u:s3cret%4@host",
                "redis://u:s3cret#@host",
                "redis-sentinel://s3cret@host",
                "redis://a@s3cret@host",
            })
    void saysWhatIsWrongWithoutTellingThePassword(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisUrl.parse(url))
                .satisfies(e -> assertThat(e.getMessage()).isNotBlank().doesNotContain("s3cret"));
    }

    @Test
    void neverPrintsThePassword() {
        assertThat(RedisUrl.parse("rediss://app:s3cret@host/2")).hasToString("rediss://app@host:6379/2");
    }
}
