package dev.redoubt.operator.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ConnectPermitsTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void tenAtOnceAndTheNextWhenOneHasEnded() {
        var begun = new CopyOnWriteArrayList<CompletableFuture<String>>();
        try (var permits = new ConnectPermits()) {
            var outcomes = IntStream.range(0, 12)
                    .mapToObj(_ -> permits.<String>with(() -> {
                                var attempt = new CompletableFuture<String>();
                                begun.add(attempt);
                                return attempt;
                            })
                            .toCompletableFuture())
                    .toList();
            Awaitility.await().atMost(SOON).until(() -> begun.size() == 10);
            assertThat(outcomes).noneMatch(CompletableFuture::isDone);

            begun.getFirst().complete("connected");
            begun.get(1).completeExceptionally(new IllegalStateException("refused"));

            Awaitility.await().atMost(SOON).until(() -> begun.size() == 12);
            assertThat(outcomes).filteredOn(CompletableFuture::isDone).hasSize(2);
        }
    }

    @Test
    void whatCannotBeginGivesItsPermitBack() {
        try (var permits = new ConnectPermits()) {
            IntStream.range(0, 30)
                    .mapToObj(_ -> permits.<String>with(() -> {
                                throw new IllegalStateException("no client");
                            })
                            .toCompletableFuture())
                    .forEach(outcome -> Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(outcome)
                            .isCompletedExceptionally()));
            var outcome = permits.with(() -> CompletableFuture.completedFuture(List.of()));
            assertThat(outcome).succeedsWithin(SOON);
        }
    }
}
