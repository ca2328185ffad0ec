package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.api.v1alpha1.RedisStatus;
import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.memory.MemoryState;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RedisMemoryTest {
    private static final Redis STATE = RedisFixture.redis("r", "{maxMemory: 1Gi, maxMemoryPolicy: noeviction}");

    @ParameterizedTest
    @CsvSource({
        "HEALTHY,    True,    MemorySufficient",
        "FULL,       False,   MemoryFull",
        "EVICTING,   False,   Evicting",
        "FRAGMENTED, False,   Fragmented",
        "UNKNOWN,    Unknown, NotProbed",
    })
    void eachStateHasItsReason(MemoryState state, String status, Reason reason) {
        var condition = condition(STATE, state);

        assertThat(condition.getStatus()).isEqualTo(status);
        assertThat(condition.getReason()).isEqualTo(reason.name());
    }

    @Test
    void whatIsFullSaysWithWhichCommandItIsNoMore() {
        assertThat(condition(STATE, MemoryState.FULL).getMessage())
                .contains(
                        "spec.maxMemory, 1Gi,",
                        "policy noeviction",
                        "kubectl -n shop patch redis r --type merge -p '{\"spec\":{\"maxMemory\":\"2048Mi\"}}'",
                        "kubectl -n shop patch redis r --type merge -p '{\"spec\":{\"maxMemoryPolicy\":\"allkeys-lru\"}}'");
        assertThat(condition(STATE, MemoryState.EVICTING).getMessage())
                .contains("memory.evictionsPerSecond", "\"maxMemory\":\"2048Mi\"");
    }

    @Test
    void aRestartThatLosesTheDataIsNotAdvisedWithoutAWord() {
        var cache = RedisFixture.redis("r", "{persistence: {appendOnly: false}}");

        assertThat(condition(STATE, MemoryState.FRAGMENTED).getMessage())
                .contains("kubectl -n shop delete pod r-redis-0")
                .doesNotContain("loses");
        assertThat(condition(cache, MemoryState.FRAGMENTED).getMessage()).contains("loses the data");
    }

    /** A new operator has not asked yet, and says nothing new. */
    @ParameterizedTest
    @EnumSource(MemoryState.class)
    void whatWasSaidHoldsUntilTheNextAnswer(MemoryState state) {
        var said = status(STATE, Optional.of(state));
        var redis = RedisFixture.redis("r", "{maxMemory: 1Gi, maxMemoryPolicy: noeviction}");
        redis.setStatus(said);

        assertThat(RedisMemory.said(redis)).isEqualTo(state);
        assertThat(status(redis, Optional.empty())).isEqualTo(said);
    }

    /** The pod is gone: nobody can say that its memory is full. */
    @Test
    void ofAServerThatIsGoneNothingIsKnown() {
        var gone = RedisOutcome.of(Verdict.notReady(Reason.PodPending, "No node."));

        assertThat(gone.withMemory(Optional.empty()).memory()).hasValue(MemoryState.UNKNOWN);
        assertThat(RedisOutcome.of(Verdict.ready(""))
                        .withMemory(Optional.empty())
                        .memory())
                .isEmpty();
    }

    private static Condition condition(Redis redis, MemoryState state) {
        return RedisMemory.condition(redis, RedisFixture.names(redis), state, List.of(), 1, FakeApi.NOW);
    }

    private static RedisStatus status(Redis redis, Optional<MemoryState> memory) {
        var outcome = RedisOutcome.of(Verdict.ready("Answers.")).withMemory(memory);
        var status =
                RedisStatuses.of(redis, RedisFixture.names(redis), outcome, FakeApi.NOW.plus(Duration.ofMinutes(1)));
        assertThat(status.conditions()).extracting(Condition::getType).contains(Conditions.MEMORY_HEALTHY);
        return status;
    }
}
