package dev.redoubt.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.operator.cluster.OnCluster;
import dev.redoubt.operator.cluster.OperatorProgram;
import dev.redoubt.operator.cluster.Stage;
import dev.redoubt.operator.cluster.User;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole program, twice, as a Deployment of two replicas has it. */
@OnCluster
class ProgramIT {
    /** The grace period of the chart's pod. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private static final Pattern METER = Pattern.compile("(?m)^# TYPE ((redoubt|operator_sdk)_\\w+) ");

    private static final Duration TAKEOVER = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private Stage stage;
    private User user;

    @BeforeEach
    void givenAStage() {
        stage = Stage.open("program");
        user = stage.user();
    }

    @AfterEach
    void leaveNothing() {
        stage.close();
    }

    @Test
    void oneWorksAndTheOtherTakesOverWhenItIsToldToEnd() {
        try (var one = OperatorProgram.start(stage, "operator-one", directory);
                var two = OperatorProgram.start(stage, "operator-two", directory)) {
            await().atMost(Stage.PATIENCE).until(() -> one.said("Started") && two.said("Started") && leads(one, two));
            var leader = one.said("Leading") ? one : two;
            var standby = leader == one ? two : one;
            user.appliesSmallRedis("first", "");
            user.seesReady(Redis.class, "first");
            assertThat(holder()).hasValue(leader.identity());
            assertThat(standby.said("Leading")).isFalse();
            assertThat(standby.answerOf("/metrics")).doesNotContain("redoubt_api_writes_total");

            assertThat(leader.terminate(GRACE))
                    .as(() -> leader.output().toString())
                    .isZero();

            // Given back, not left to its end: by now the other may have it.
            assertThat(holder()).isNotEqualTo(Optional.of(leader.identity()));
            await().atMost(TAKEOVER)
                    .until(() -> holder().equals(Optional.of(standby.identity())) && standby.said("Leading"));
            user.appliesSmallRedis("second", "");
            user.seesReady(Redis.class, "second");
            user.seesReady(Redis.class, "first");
            assertThat(standby.answerOf("/readyz")).isEqualTo("ready\n");
            assertThat(standby.answerOf("/metrics")).contains("redoubt_api_writes_total", "redoubt_servers 2.0");
            assertEveryMeterIsExplained(standby.answerOf("/metrics"));

            assertThat(standby.terminate(GRACE))
                    .as(() -> standby.output().toString())
                    .isZero();
            assertEveryLineIsJson(leader);
            assertEveryLineIsJson(standby);
        }
    }

    private static boolean leads(OperatorProgram one, OperatorProgram two) {
        return one.said("Leading") || two.said("Leading");
    }

    /** Whose the Lease is; an empty one is nobody's. */
    private Optional<String> holder() {
        return Optional.ofNullable(stage.object(Lease.class, "redoubt-operator").get())
                .map(Lease::getSpec)
                .map(LeaseSpec::getHolderIdentity)
                .filter(holder -> !holder.isEmpty());
    }

    private static void assertEveryMeterIsExplained(String scraped) {
        var meters =
                METER.matcher(scraped).results().map(match -> match.group(1)).toList();

        assertThat(meters).isNotEmpty().allSatisfy(meter -> assertThat(OperatorPageTest.meters())
                .contains(meter));
    }

    private static void assertEveryLineIsJson(OperatorProgram program) {
        assertThat(program.output()).isNotEmpty().allSatisfy(line -> assertThat(OperatorProgram.parsed(line))
                .as(line)
                .isPresent());
    }
}
