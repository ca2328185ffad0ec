package dev.redoubt.operator.cacheservice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.operator.replicas.ReplicaAnswer;
import dev.redoubt.operator.replicas.ReplicaAnswer.Silent;
import dev.redoubt.operator.replicas.ReplicaAnswer.Told;
import dev.redoubt.operator.status.Concern;
import dev.redoubt.operator.status.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TakenConfigurationTest {
    private static final String PUBLISHED = "new";
    private static final Told TAKEN = new Told(PUBLISHED, true, "", List.of());
    private static final Told BEHIND = new Told("old", true, "", List.of());
    private static final Told REFUSING = new Told(PUBLISHED, false, "regions[0].ttl is no duration", List.of());
    private static final Silent SILENT = new Silent("does not answer on port 8081");

    @Test
    void isInForceOnceEveryReplicaSaysSo() {
        var concern = of(Map.of("a", TAKEN, "b", TAKEN)).orElseThrow();
        assertThat(concern.status()).isEqualTo("True");
        assertThat(concern.reason()).isEqualTo(Reason.ConfigurationInForce);
        assertThat(concern.message()).contains("2 of them");
    }

    @Test
    void namesWhoRefusesItAndWhy() {
        var concern = of(Map.of("a", BEHIND, "b", REFUSING, "c", SILENT)).orElseThrow();
        assertThat(concern.status()).isEqualTo("False");
        assertThat(concern.reason()).isEqualTo(Reason.ConfigurationRefused);
        assertThat(concern.message())
                .isEqualTo("Pod b does not take over its configuration, and goes on with the one before:"
                        + " regions[0].ttl is no duration");
    }

    @Test
    void isPendingWhileOneHasTheFileBefore() {
        assertThat(of(Map.of("a", TAKEN, "b", BEHIND, "c", SILENT)))
                .contains(pending("Pod b does not have the new configuration yet."));
    }

    @Test
    void isPendingWhileAPartOfItWaitsForAStart() {
        assertThat(of(Map.of("a", new Told(PUBLISHED, true, "", List.of("nearCache")))))
                .hasValueSatisfying(concern -> {
                    assertThat(concern.reason()).isEqualTo(Reason.ConfigurationPending);
                    assertThat(concern.message()).contains("Pod a ", "nearCache");
                });
    }

    @Test
    void isNotKnownOfASilentReplica() {
        var concern = of(Map.of("a", TAKEN, "b", SILENT)).orElseThrow();
        assertThat(concern.status()).isEqualTo("Unknown");
        assertThat(concern.message())
                .isEqualTo("Pod b, asked whether its configuration is in effect, does not answer on port 8081.");
    }

    /** After a start of the operator, or of a pod, what was said before holds until there is an answer. */
    @Test
    void saysNothingNewBeforeEveryReplicaWasAsked() {
        var replicas = new TreeMap<String, Optional<ReplicaAnswer>>();
        replicas.put("a", Optional.of(TAKEN));
        replicas.put("b", Optional.empty());
        assertThat(TakenConfiguration.of(PUBLISHED, replicas)).isEmpty();
        replicas.put("c", Optional.of(REFUSING));
        assertThat(TakenConfiguration.of(PUBLISHED, replicas)).isPresent();
    }

    @Test
    void isNotKnownWhereNoReplicaIsReady() {
        assertThat(of(Map.of()))
                .hasValueSatisfying(concern -> assertThat(concern.status()).isEqualTo("Unknown"));
    }

    private static Optional<Concern> of(Map<String, ReplicaAnswer> replicas) {
        var sorted = new TreeMap<String, Optional<ReplicaAnswer>>();
        replicas.forEach((pod, answer) -> sorted.put(pod, Optional.of(answer)));
        return TakenConfiguration.of(PUBLISHED, sorted);
    }

    private static Concern pending(String message) {
        return Concern.bad("ConfigApplied", Reason.ConfigurationPending, message);
    }
}
