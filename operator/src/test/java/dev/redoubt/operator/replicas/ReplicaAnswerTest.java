package dev.redoubt.operator.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.operator.replicas.ReplicaAnswer.Silent;
import dev.redoubt.operator.replicas.ReplicaAnswer.Told;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaAnswerTest {
    @Test
    void readsWhatTheServiceWrites() {
        assertThat(ReplicaAnswer.parse(200, """
                        {"since":"2026-01-01T00:00:00Z","current":true,"afterRestart":["limits"],"sha256":"ab"}""")).isEqualTo(new Told("ab", true, "", List.of("limits")));
        assertThat(ReplicaAnswer.parse(200, """
                        {"since":"2026-01-01T00:00:00Z","current":false,"why":"regions[0]","sha256":"ab","later":1}""")).isEqualTo(new Told("ab", false, "regions[0]", List.of()));
    }

    /** A service of before this question does not know the path. */
    @Test
    void saysWhichStatusItWas() {
        assertThat(ReplicaAnswer.parse(404, "")).isEqualTo(new Silent("answers with status 404"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ready",
                "[]",
                "{}",
                "{\"current\":true}",
                "{\"sha256\":\"ab\"}",
                "{\"sha256\":null,\"current\":true}",
                "null"
            })
    void whatIsNoAnswerIsNone(String body) {
        assertThat(ReplicaAnswer.parse(200, body)).isEqualTo(new Silent("answers with something else"));
    }
}
