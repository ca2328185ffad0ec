package dev.redoubt.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.redoubt.operator.settings.OperatorSettings;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OperatorProcessTest {
    private static final Path CHART_VALUES = Path.of("../helm/redoubt-operator/values.yaml");
    /** A request that gives the Lease back, on a busy machine. */
    private static final Duration TO_GIVE_THE_LEASE_BACK = Duration.ofSeconds(5);

    @Test
    void theLeaseIsGivenBackBeforeTheKubeletLosesItsPatience() throws IOException {
        var values = Serialization.unmarshal(Files.readString(CHART_VALUES), ObjectNode.class);
        var grace =
                Duration.ofSeconds(values.get("terminationGracePeriodSeconds").asLong());

        assertThat(OperatorProcess.longestWait(OperatorSettings.DEFAULTS).plus(TO_GIVE_THE_LEASE_BACK))
                .isLessThan(grace);
    }
}
