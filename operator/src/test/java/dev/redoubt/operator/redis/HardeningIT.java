package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.ControlState;
import dev.redoubt.api.v1alpha1.ControlStatus;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.cluster.OnCluster;
import dev.redoubt.operator.cluster.Stage;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Controls that are broken behind the operator's back, on a pod of a real cluster: seen, told, put right within a minute. */
@OnCluster
class HardeningIT {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static Stage stage;

    @BeforeAll
    static void givenAReadyRedis() {
        stage = Stage.open("hardening");
        stage.operator().start();
        stage.user().appliesSmallRedis("cache", "");
        stage.user().seesReady(Redis.class, "cache");
        awaitEverything();
    }

    @AfterAll
    static void leaveNothing() {
        if (stage != null) {
            stage.close();
        }
    }

    /** The operator of this test is on the node, which may always reach its pods: what H4 is about has to be seen from inside. */
    private static void awaitEverything() {
        await().atMost(Stage.PATIENCE).untilAsserted(() -> assertThat(states())
                .containsKeys("H1", "H2", "H3", "H5", "H6", "H7", "H8", "H9", "H11", "H12", "H13", "H14")
                .allSatisfy((id, state) -> assertThat(state)
                        .as(id)
                        .isEqualTo(
                                switch (id) {
                                    case "H4" -> ControlState.FAILED;
                                    case "H11" -> ControlState.NOT_APPLICABLE;
                                    default -> ControlState.ENFORCED;
                                })));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ACL SETUSER default on nopass +@all ~*   | H1",
                "ACL SETUSER app +@all                    | H2",
                "CONFIG SET port 6390                     | H3",
                "CONFIG SET protected-mode no             | H7",
                "CONFIG SET stop-writes-on-bgsave-error no | H8",
                "CONFIG SET maxmemory-clients 0           | H9",
                "ACL SETUSER app >another                 | H14"
            })
    void whatIsBrokenOnTheServerIsToldAndPutRight(String command, String id) {
        var failures = stage.operator().count("redoubt.hardening.failures", "control", id);

        stage.operatorLogin("cache").run(command.strip().split(" "));

        await().atMost(MINUTE)
                .untilAsserted(() -> assertThat(stage.operator().count("redoubt.hardening.failures", "control", id))
                        .isGreaterThan(failures));
        awaitEverything();
        await().atMost(MINUTE).untilAsserted(() -> assertThat(stage.notes("cache"))
                .anyMatch(note -> note.startsWith("ControlFailed: " + id + " "))
                .anyMatch(note -> note.startsWith("DriftRepaired: H"))
                .anyMatch(note -> note.startsWith("ControlRestored: " + id + " ")));
    }

    /** What cannot be put right stays failed, in words, until somebody has acted. */
    @Test
    void aContainerThatIsAddedToThePodIsToldUntilThePodIsReplaced() {
        var pod = stage.existing(Pod.class, "cache-redis-0");
        stage.world()
                .pods()
                .inNamespace(stage.namespace())
                .withName("cache-redis-0")
                .ephemeralContainers()
                .edit(now -> new PodBuilder(now)
                        .editSpec()
                        .addToEphemeralContainers(debugger(pod))
                        .endSpec()
                        .build());

        await().atMost(MINUTE).untilAsserted(() -> {
            assertThat(control("H6").state()).isEqualTo(ControlState.FAILED);
            assertThat(control("H6").observed()).contains("there is a container debugger");
        });

        stage.object(Pod.class, "cache-redis-0").delete();

        stage.user().seesReady(Redis.class, "cache");
        awaitEverything();
    }

    private static EphemeralContainer debugger(Pod pod) {
        var server = pod.getSpec().getContainers().getFirst();
        return new EphemeralContainerBuilder()
                .withName("debugger")
                .withImage(server.getImage())
                .withCommand("sleep", "1")
                .withSecurityContext(server.getSecurityContext())
                .build();
    }

    private static Map<String, ControlState> states() {
        return stage.user().redis("cache").getStatus().hardening().stream()
                .collect(Collectors.toMap(ControlStatus::id, ControlStatus::state));
    }

    private static ControlStatus control(String id) {
        return stage.user().redis("cache").getStatus().hardening().stream()
                .filter(control -> control.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError(id + " is not among "
                        + Arrays.toString(states().keySet().toArray())));
    }
}
