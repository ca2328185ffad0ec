package dev.redoubt.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.e2e.cluster.OnCluster;
import dev.redoubt.e2e.cluster.Stage;
import dev.redoubt.e2e.ready.ApplyToReady;
import dev.redoubt.e2e.ready.Conditions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code kubectl apply} of a further Redis, with TLS, AOF and a claim, is Ready in under ten seconds: median of five. */
@OnCluster
final class RedisIsReadyWithinTenSecondsE2E {

    private static final Logger LOG = LoggerFactory.getLogger(RedisIsReadyWithinTenSecondsE2E.class);
    private static final int RUNS = 5;
    private static final Duration BOUND = Duration.ofSeconds(10);

    private final Stage stage;

    RedisIsReadyWithinTenSecondsE2E(Stage stage) {
        this.stage = stage;
    }

    @Test
    void fromApplyToReadyTakesLessThanTenSeconds() {
        stage.awaitOthersGone();
        LOG.info("{}", Conditions.now());
        List<Duration> times = new ApplyToReady(stage).measure(RUNS, LOG::info);
        assertThat(ApplyToReady.median(times)).as("median of %s", times).isLessThan(BOUND);
    }
}
