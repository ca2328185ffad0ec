package dev.redoubt.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Right and wrong resources before a real API server: the right ones are accepted, each wrong one gets one message that
 * says what to write instead.
 */
@EnabledIfEnvironmentVariable(
        named = "KUBECONFIG",
        matches = ".+",
        disabledReason = "KUBECONFIG names no cluster: start one and set it, or run ./redoubt test")
class CorpusIT {

    /** A schema that was changed just now takes a moment to be the one that is asked. */
    private static final Duration SCHEMA_IN_FORCE = Duration.ofSeconds(10);

    private static ApiServer apiServer;

    @BeforeAll
    static void connect() {
        apiServer = new ApiServer();
    }

    @AfterAll
    static void disconnect() {
        if (apiServer != null) {
            apiServer.close();
        }
    }

    static Stream<Corpus.Entry> valid() {
        return Corpus.entries("valid-");
    }

    static Stream<Corpus.Entry> invalid() {
        return Corpus.entries("invalid-");
    }

    static Stream<Corpus.Entry> update() {
        return Corpus.entries("update-");
    }

    @ParameterizedTest
    @MethodSource("valid")
    void isAccepted(Corpus.Entry entry) {
        await().atMost(SCHEMA_IN_FORCE).untilAsserted(() -> {
            ApiServer.Answer answer = apiServer.tryToCreate(entry);
            assertThat(answer.accepted()).as(answer.message()).isTrue();
        });
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void isRefusedWithOneMessage(Corpus.Entry entry) {
        await().atMost(SCHEMA_IN_FORCE).untilAsserted(() -> assertRefused(apiServer.tryToCreate(entry), entry));
    }

    @ParameterizedTest
    @MethodSource("update")
    void isUpdatedOrRefusedWithOneMessage(Corpus.Entry entry) {
        String name = "update-" + Integer.toUnsignedString(entry.name().hashCode());
        Corpus.Entry named = entry.named(name);
        ApiServer.Answer stored = apiServer.store(named, name);
        assertThat(stored.accepted()).as(stored.message()).isTrue();
        try {
            await().atMost(SCHEMA_IN_FORCE).untilAsserted(() -> {
                ApiServer.Answer answer = apiServer.tryToUpdate(named, name);
                if (entry.expected().isEmpty()) {
                    assertThat(answer.accepted()).as(answer.message()).isTrue();
                } else {
                    assertRefused(answer, entry);
                }
            });
        } finally {
            apiServer.delete(named, name);
        }
    }

    @Test
    void theDefaultsOfTheServerAreThoseOfTheModel() {
        Corpus.Entry bare = Corpus.entries("redis", "valid-no-spec").findFirst().orElseThrow();

        Redis redis =
                Schemas.SERIALIZATION.convertValue(apiServer.tryToCreate(bare).body(), Redis.class);

        assertThat(redis.getSpec().topology()).isEqualTo(Topology.STANDALONE);
        assertThat(redis.getSpec().engine()).isEqualTo(Engine.REDIS);
        assertThat(redis.getSpec().persistence()).isEqualTo(Persistence.DEFAULT);
        assertThat(redis.getStatus().observedGeneration()).isEqualTo(-1);
    }

    @Test
    void whatKubectlGetPrints() {
        Corpus.Entry entry = Corpus.entries("redis", "valid-bytes-without-unit")
                .findFirst()
                .orElseThrow()
                .named("columns");
        assertThat(apiServer.store(entry, "columns").accepted()).isTrue();
        try {
            Map<String, String> row = row(apiServer.table(entry, "columns").body());

            assertThat(row)
                    .containsEntry("Topology", "Standalone")
                    .containsEntry("Memory", "268435456")
                    .containsEntry("Policy", "allkeys-lru")
                    .containsEntry("Engine", "Redis")
                    .containsKeys("Version", "Ready", "Hardened", "Endpoint", "Reason", "Age");
        } finally {
            apiServer.delete(entry, "columns");
        }
    }

    private static void assertRefused(ApiServer.Answer answer, Corpus.Entry entry) {
        assertThat(answer.accepted()).as("accepted, but shall be refused").isFalse();
        assertThat(answer.causes()).anySatisfy(cause -> assertThat(cause).contains(entry.expected()));
        assertThat(answer.fields()).as("one mistake, one place").hasSize(1);
    }

    private static Map<String, String> row(JsonNode table) {
        List<String> names = new ArrayList<>();
        table.get("columnDefinitions")
                .forEach(column -> names.add(column.get("name").asText()));
        Map<String, String> row = new TreeMap<>();
        JsonNode cells = table.at("/rows/0/cells");
        for (int i = 0; i < names.size(); i++) {
            row.put(names.get(i), cells.get(i).asText());
        }
        return row;
    }
}
