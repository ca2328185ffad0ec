package dev.redoubt.cache.hot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.cache.access.Access;
import dev.redoubt.cache.access.Clients;
import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.hot.entries.CacheEntries;
import dev.redoubt.cache.limit.RateLimits;
import dev.redoubt.cache.near.NearCaches;
import dev.redoubt.cache.problem.ProblemType;
import dev.redoubt.cache.region.Regions;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {

    private static final Regions REGIONS = Regions.of(
            List.of(
                    new ServiceConfig.Region("red", Duration.ofMinutes(5)),
                    new ServiceConfig.Region("blue", Duration.ofSeconds(10))),
            1048576);

    private static final NearCaches NEAR = new NearCaches(new ServiceConfig.NearCache(0, Duration.ofSeconds(1)), 1);
    private static final Clients CLIENTS = Clients.of(
            List.of(
                    new ServiceConfig.Client("all", null, null, sha256("key-all"), List.of("*"), List.of("*"), null),
                    new ServiceConfig.Client(
                            "reader", null, null, sha256("key-reader"), List.of("red"), List.of(), null),
                    new ServiceConfig.Client("nobody", null, null, sha256("key-nobody"), null, null, null)),
            REGIONS,
            RateLimits.NONE);

    private final HotLoop gate = TestLoop.deciding(
            metrics -> Policies.of(new Rules(REGIONS, RateLimits.NONE, new Access(CLIENTS, null)), metrics),
            loop -> List.of(new CacheEntries(loop, NEAR)));

    @Test
    void servesWhatIsGranted() {
        assertThat(decide("GET", "/v1/cache/red/k", "key-reader")).isInstanceOf(Action.class);
        assertThat(decide("HEAD", "/v1/cache/red/k", "key-reader")).isInstanceOf(Action.class);
        assertThat(decide("DELETE", "/v1/cache/blue/k", "key-all")).isInstanceOf(Action.class);
        assertThat(decide("PUT", "/v1/cache/blue/k", "key-all"))
                .isInstanceOfSatisfying(
                        Action.class, action -> assertThat(action.body()).isNotNull());
    }

    @Test
    void leavesTheRestToOthers() {
        for (String uri : List.of("/", "/v1/status", "/v1/cachex/red/k", "http://h", "/V1/cache/red/k")) {
            assertThat(decide("GET", uri, "key-all")).as(uri).isInstanceOf(Decision.Forward.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/cache/blue/k, key-reader",
        "PUT, /v1/cache/red/k, key-reader",
        "DELETE, /v1/cache/red/k, key-reader",
        "GET, /v1/cache/red/k, key-nobody",
        "PUT, /v1/cache/red/k, key-nobody",
    })
    void deniesByDefault(String method, String uri, String key) {
        assertThat(refusal(decide(method, uri, key))).isEqualTo(ProblemType.FORBIDDEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/cache/red/k",
                "/v1/cache/unknown/k",
                "/v1/cache/red/",
                "/v1/status",
                "/",
                "/metrics",
                "/livezz",
                "/readyz/x",
                "/livez?x"
            })
    void wantsAKeyForEverythingButTheProbes(String uri) {
        for (String key : new String[] {null, "wrong", "", "key-all "}) {
            Decision decision = decide("GET", uri, key);
            assertThat("key-all ".equals(key) || refusal(decision) == ProblemType.UNAUTHORIZED)
                    .as("%s with %s", uri, key)
                    .isTrue();
        }
        assertThat(decide("GET", "/livez", null)).isInstanceOf(Decision.Forward.class);
        assertThat(decide("POST", "/readyz", null)).isInstanceOf(Decision.Forward.class);
        assertThat(decide("GET", "/v1/status", "key-nobody")).isInstanceOf(Decision.Forward.class);
    }

    @Test
    void acceptsTheSchemeInAnyCaseAndNoOther() {
        assertThat(decide(request("GET", "/v1/status", "bEARER key-all"))).isInstanceOf(Decision.Forward.class);
        assertThat(refusal(decide(request("GET", "/v1/status", "Basic key-all"))))
                .isEqualTo(ProblemType.UNAUTHORIZED);
        assertThat(refusal(decide(request("GET", "/v1/status", "key-all")))).isEqualTo(ProblemType.UNAUTHORIZED);
        assertThat(refusal(decide(request("GET", "/v1/status", "Bearer " + "x".repeat(4000)))))
                .isEqualTo(ProblemType.UNAUTHORIZED);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/cache/red/k, METHOD_NOT_ALLOWED", "OPTIONS, /v1/cache/red/k, METHOD_NOT_ALLOWED",
        "GET, /v1/cache/green/k, REGION_UNKNOWN", "GET, /v1/cache/red/%zz, KEY_INVALID",
        "GET, /v1/cache/red/k?ttl=1s, PARAMETER_INVALID", "PUT, /v1/cache/red/k?ttl=30, PARAMETER_INVALID",
        "PUT, /v1/cache/red/k?ttl=0s, PARAMETER_INVALID", "PUT, /v1/cache/red/k?ttl=301s, PARAMETER_INVALID",
        "PUT, /v1/cache/red/k?ttl=-1s, PARAMETER_INVALID",
    })
    void saysWhatIsWrong(String method, String uri, ProblemType expected) {
        assertThat(refusal(decide(method, uri, "key-all"))).isEqualTo(expected);
    }

    @Test
    void refusesWhatItWouldNotKeep() {
        assertThat(refusal(with("Content-Encoding", "gzip"))).isEqualTo(ProblemType.ENCODING_UNSUPPORTED);
        assertThat(refusal(with("Content-Range", "bytes 0-1/2"))).isEqualTo(ProblemType.HEADER_INVALID);
        assertThat(refusal(with("Content-Type", "a/" + "b".repeat(300)))).isEqualTo(ProblemType.HEADER_INVALID);
        assertThat(refusal(with("Content-Length", "1048577"))).isEqualTo(ProblemType.VALUE_TOO_LARGE);
        assertThat(refusal(with("Transfer-Encoding", "gzip, chunked"))).isEqualTo(ProblemType.REQUEST_MALFORMED);
        assertThat(refusal(with("Expect", "200-ok"))).isEqualTo(ProblemType.EXPECTATION_FAILED);
        assertThat(with("Content-Encoding", "identity")).isInstanceOf(Action.class);
    }

    @Test
    void tellsDecoderFailuresApart() {
        assertThat(refusal(broken(new TooLongHttpLineException("x")))).isEqualTo(ProblemType.URI_TOO_LONG);
        assertThat(refusal(broken(new TooLongHttpHeaderException("x")))).isEqualTo(ProblemType.HEADERS_TOO_LARGE);
        assertThat(refusal(broken(new IllegalArgumentException("x")))).isEqualTo(ProblemType.REQUEST_MALFORMED);
    }

    @Test
    void wantsAHostAndHttp1() {
        HttpRequest noHost = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/livez");
        assertThat(refusal(TestLoop.decide(gate, noHost))).isEqualTo(ProblemType.REQUEST_MALFORMED);
        assertThat(TestLoop.decide(gate, new DefaultHttpRequest(HttpVersion.HTTP_1_0, HttpMethod.GET, "/livez")))
                .isInstanceOf(Decision.Forward.class);
        HttpRequest two = new DefaultHttpRequest(HttpVersion.valueOf("HTTP/2.0"), HttpMethod.GET, "/livez");
        assertThat(refusal(TestLoop.decide(gate, two))).isEqualTo(ProblemType.REQUEST_MALFORMED);
    }

    private Decision with(String header, String value) {
        HttpRequest request = request("PUT", "/v1/cache/red/k", "Bearer key-all");
        request.headers().set(header, value);
        return TestLoop.decide(gate, request);
    }

    private Decision broken(Exception cause) {
        HttpRequest request = request("GET", "/livez", null);
        request.setDecoderResult(DecoderResult.failure(cause));
        return TestLoop.decide(gate, request);
    }

    private Decision decide(String method, String uri, String key) {
        return TestLoop.decide(gate, request(method, uri, key == null ? null : "Bearer " + key));
    }

    private Decision decide(HttpRequest request) {
        return TestLoop.decide(gate, request);
    }

    private static HttpRequest request(String method, String uri, String authorization) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), uri);
        request.headers().set("Host", "localhost");
        if (authorization != null) {
            request.headers().set("Authorization", authorization);
        }
        return request;
    }

    private static ProblemType refusal(Decision decision) {
        return decision instanceof Decision.Refuse refuse ? refuse.answer().problem() : null;
    }

    private static String sha256(String key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
