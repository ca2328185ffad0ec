package dev.redoubt.operator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class HttpEndpointsTest {
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicBoolean ready = new AtomicBoolean();

    @Test
    void answersProbesAndPrometheus() throws Exception {
        metrics.counter("redoubt.api.writes", "kind", "Service", "verb", "apply")
                .increment();
        try (var endpoints = HttpEndpoints.open(0, ready::get, metrics);
                var client = HttpClient.newHttpClient()) {
            assertThat(get(client, endpoints, "/livez").statusCode()).isEqualTo(200);
            assertThat(get(client, endpoints, "/readyz").statusCode()).isEqualTo(503);
            ready.set(true);
            assertThat(get(client, endpoints, "/readyz").statusCode()).isEqualTo(200);
            var scraped = get(client, endpoints, "/metrics");
            assertThat(scraped.headers().firstValue("Content-Type"))
                    .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain; version=0.0.4"));
            assertThat(scraped.body()).contains("redoubt_api_writes_total{kind=\"Service\",verb=\"apply\"} 1.0");
            assertThat(get(client, endpoints, "/").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aTakenPortIsNamedWithTheSettingThatChangesIt() {
        try (var first = HttpEndpoints.open(0, ready::get, metrics)) {
            assertThatThrownBy(() -> HttpEndpoints.open(first.port(), ready::get, metrics))
                    .hasMessageContaining("Port " + first.port())
                    .hasMessageContaining("http.port");
        }
    }

    private static HttpResponse<String> get(HttpClient client, HttpEndpoints endpoints, String path) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + endpoints.port() + path);
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
}
