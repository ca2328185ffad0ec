package dev.redoubt.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PassGateTest {
    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration LATE = Duration.ofSeconds(30);

    private final PassGate gate = new PassGate();

    @Test
    void manyPassesRunAtATime() {
        assertThat(gate.enter()).isTrue();
        assertThat(gate.enter()).isTrue();
    }

    @Test
    void aClosedGateLetsNobodyIn() {
        assertThat(gate.close(SOON)).isTrue();

        assertThat(gate.enter()).isFalse();
    }

    @Test
    void aPassThatRunsIsWaitedForAndNoOtherBegins() throws Exception {
        assertThat(gate.enter()).isTrue();
        var closed = CompletableFuture.supplyAsync(() -> gate.close(LATE));
        assertThat(closed.isDone()).isFalse();

        gate.leave();

        assertThat(closed.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(gate.enter()).isFalse();
    }

    @Test
    void aPassThatDoesNotEndIsNotWaitedForForever() {
        assertThat(gate.enter()).isTrue();

        assertThat(gate.close(SOON)).isFalse();
    }
}
