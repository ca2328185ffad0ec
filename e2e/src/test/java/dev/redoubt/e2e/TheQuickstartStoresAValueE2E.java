package dev.redoubt.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.e2e.cluster.Api;
import dev.redoubt.e2e.cluster.Example;
import dev.redoubt.e2e.cluster.Kind;
import dev.redoubt.e2e.cluster.OnCluster;
import dev.redoubt.e2e.cluster.Stage;
import dev.redoubt.e2e.process.Program;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code examples/quickstart.yaml} made is Ready, explains itself, and stores a value over HTTPS. */
@OnCluster
final class TheQuickstartStoresAValueE2E {

    private static final Example QUICKSTART = Example.named("quickstart.yaml");
    private static final Duration TELLING = Duration.ofSeconds(10);

    private final Stage stage;
    private final Stage shop;
    private final String redis;
    private final String cacheService;

    TheQuickstartStoresAValueE2E(Stage stage) {
        this.stage = stage;
        List<HasMetadata> documents = QUICKSTART.documents(stage.client());
        HasMetadata first = only(documents, "Redis");
        this.redis = first.getMetadata().getName();
        this.cacheService = only(documents, "CacheService").getMetadata().getName();
        this.shop = stage.beside(first.getMetadata().getNamespace());
    }

    @BeforeAll
    void applied() {
        Program.kubectl()
                .runWithInput(QUICKSTART.yaml(), "apply", "--validate=strict", "-f", "-")
                .succeeded();
        shop.awaitReady("redis/" + redis);
        shop.awaitReady("cacheservice/" + cacheService);
    }

    @Test
    void kubectlGetShowsReadyTrue() {
        List<String> table =
                shop.kubectl("get", "redis", redis).succeeded().text().lines().toList();
        assertThat(table.getFirst().split("\\s+"))
                .containsExactly("NAME", "TOPOLOGY", "VERSION", "MEMORY", "READY", "HARDENED", "AGE");
        assertThat(table.getLast()).containsPattern(redis + "\\s+Standalone\\s+\\d+\\.\\d+\\.\\d+\\s+\\S+\\s+True\\s");
        List<String> services = shop.kubectl("get", "cacheservice", cacheService)
                .succeeded()
                .text()
                .lines()
                .toList();
        assertThat(services.getFirst()).contains("REDIS", "STATE", "REPLICAS", "READY", "AGE");
        assertThat(services.getLast()).contains("True");
    }

    @Test
    void oneCategoryAndShortNamesFindEverything() {
        assertThat(shop.kubectl("get", "redoubt", "-o", "name")
                        .succeeded()
                        .text()
                        .lines())
                .contains("redis.redoubt.dev/" + redis, "cacheservice.redoubt.dev/" + cacheService);
        shop.kubectl("get", "rd", redis).succeeded();
        shop.kubectl("get", "csvc", cacheService).succeeded();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "redis.spec.maxMemory",
                "redis.spec.persistence.appendFsync",
                "redis.spec.access.from",
                "cacheservice.spec.regions.ttl",
                "cacheservice.spec.clients.read"
            })
    void kubectlExplainTeaches(String field) {
        String lesson = Program.kubectl().run("explain", field).succeeded().text();
        String description = lesson.substring(lesson.indexOf("DESCRIPTION:") + "DESCRIPTION:".length());
        assertThat(description.split("\\s+")).as(lesson).hasSizeGreaterThan(12);
    }

    @Test
    void kubectlDescribeShowsWhatHappened() {
        stage.applyAndAwaitReady("""
                apiVersion: redoubt.dev/v1alpha1
                kind: Redis
                metadata: {name: told}
                spec: {maxMemory: 64Mi}
                """, "redis/told");
        // Events are told beside the status, not before it.
        Awaitility.await().atMost(TELLING).untilAsserted(() -> assertThat(
                        stage.kubectl("describe", "redis", "told").succeeded().text())
                .containsPattern("(?s)Events:.*Normal +Ready .*redoubt"));
    }

    @Test
    void aValueIsStoredAndReturnedOverVerifiedHttpsWithTheKeyOfTheClient() {
        GenericKubernetesResource service = Objects.requireNonNull(shop.get(Kind.CACHE_SERVICE, cacheService));
        String client = name(first(service.get("spec", "clients")));
        String region = name(first(service.get("spec", "regions")));
        String pod = Api.podName(cacheService, client);
        shop.kubectl("delete", "pod", pod, "--ignore-not-found").succeeded();
        Api api = Api.client(shop, cacheService, client);
        try {
            String path = "/v1/cache/" + region + "/e2e-greeting";
            assertThat(api.put(path, "hello").status()).isIn(201, 204);
            Api.Answer answer = api.get(path);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("hello");
            assertThat(api.getWithoutKey(path).status()).isEqualTo(401);
        } finally {
            shop.kubectl("delete", "pod", pod, "--wait=false");
        }
    }

    private static HasMetadata only(List<HasMetadata> documents, String kind) {
        return documents.stream()
                .filter(document -> document.getKind().equals(kind))
                .findFirst()
                .orElseThrow(() -> new AssertionError("quickstart.yaml has no " + kind));
    }

    private static Map<?, ?> first(Object list) {
        return (Map<?, ?>) ((List<?>) list).getFirst();
    }

    private static String name(Map<?, ?> fields) {
        return (String) Objects.requireNonNull(fields.get("name"));
    }
}
