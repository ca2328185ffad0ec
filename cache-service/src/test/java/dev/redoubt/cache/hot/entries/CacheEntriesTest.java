package dev.redoubt.cache.hot.entries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.cache.access.Access;
import dev.redoubt.cache.access.Clients;
import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.hot.Decision;
import dev.redoubt.cache.hot.HotLoop;
import dev.redoubt.cache.hot.Policies;
import dev.redoubt.cache.hot.Rules;
import dev.redoubt.cache.hot.TestLoop;
import dev.redoubt.cache.limit.RateLimits;
import dev.redoubt.cache.metrics.Operation;
import dev.redoubt.cache.near.NearCaches;
import dev.redoubt.cache.region.Regions;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CacheEntriesTest {

    /** SHA-256 of "k". */
    private static final String HASH = "8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a";

    private static final Regions REGIONS = Regions.of(
            List.of(
                    new ServiceConfig.Region("red", Duration.ofMinutes(5)),
                    new ServiceConfig.Region("blue", Duration.ofSeconds(10))),
            1048576);
    private static final NearCaches NEAR = new NearCaches(new ServiceConfig.NearCache(0, Duration.ofSeconds(1)), 1);
    private static final Clients CLIENTS = Clients.of(
            List.of(new ServiceConfig.Client("all", null, null, HASH, List.of("*"), List.of("*"), null)),
            REGIONS,
            RateLimits.NONE);

    private final HotLoop loop = TestLoop.deciding(
            metrics -> Policies.of(new Rules(REGIONS, RateLimits.NONE, new Access(CLIENTS, null)), metrics),
            loop -> List.of(new CacheEntries(loop, NEAR)));

    @Test
    void namesTheKeyInRedis() {
        assertThat(decide("GET", "/v1/cache/red/a%2Fb")).isInstanceOfSatisfying(Read.class, read -> {
            assertThat(read.context().operation()).isEqualTo(Operation.GET);
            assertThat(new String(read.context().key().bytes(), StandardCharsets.UTF_8))
                    .isEqualTo("redoubt:c:red:a/b");
        });
        assertThat(decide("HEAD", "/v1/cache/red/k")).isInstanceOfSatisfying(Read.class, read -> assertThat(
                        read.context().operation())
                .isEqualTo(Operation.HEAD));
        assertThat(decide("DELETE", "/v1/cache/blue/k")).isInstanceOf(Delete.class);
    }

    @Test
    void keepsToTheTtlOfTheRegion() {
        assertThat(decide("PUT", "/v1/cache/blue/k")).isInstanceOfSatisfying(Store.class, store -> assertThat(
                        store.storing().keepMillis())
                .isEqualTo(10_000));
        assertThat(decide("PUT", "/v1/cache/red/k?ttl=1m30s")).isInstanceOfSatisfying(Store.class, store -> assertThat(
                        store.storing().keepMillis())
                .isEqualTo(90_000));
    }

    private Decision decide(String method, String uri) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), uri);
        request.headers().set("Host", "localhost");
        request.headers().set("Authorization", "Bearer k");
        return TestLoop.decide(loop, request);
    }
}
