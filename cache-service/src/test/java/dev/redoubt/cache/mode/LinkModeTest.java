package dev.redoubt.cache.mode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.cache.redis.LinkFailure;
import dev.redoubt.cache.redis.LinkView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinkModeTest {

    private final Time time = new Time();
    private final LinkMode mode = new LinkMode("redis", List.of(Affected.values()), time);

    private final LinkView up = new LinkView(null, null, time.now, null, null);
    private final LinkView down = down(LinkFailure.Reason.ConnectionRefused);
    private final LinkView full = refusing(LinkFailure.Reason.MemoryFull);
    private final LinkView replica = refusing(LinkFailure.Reason.ReadOnly);

    @Test
    void beginsDegradedAndRecoversLoopByLoop() {
        assertThat(mode.view().mode()).isEqualTo(Mode.DEGRADED);
        assertThat(update(down, down)).isEqualTo(Mode.DEGRADED);
        assertThat(update(up, down)).isEqualTo(Mode.RECOVERING);
        assertThat(update(up, up)).isEqualTo(Mode.NORMAL);
        assertThat(mode.view().affected()).isEmpty();
        assertThat(mode.view().why()).isNull();
    }

    @Test
    void isSuspectWhenOneOfTheLoopsHasNoConnection() {
        update(up, up);
        assertThat(update(up, down)).isEqualTo(Mode.SUSPECT);
        assertThat(update(down, down)).isEqualTo(Mode.DEGRADED);
        assertThat(mode.view().affected()).containsExactly(Affected.values());
    }

    @Test
    void isSuspectForAWhileAfterACommandWasLate() {
        update(up, up);
        Instant late = time.now;
        assertThat(mode.update(List.of(up), 0, late).mode()).isEqualTo(Mode.SUSPECT);
        time.now = late.plusSeconds(9);
        assertThat(mode.update(List.of(up), 0, late).mode()).isEqualTo(Mode.SUSPECT);
        time.now = late.plusSeconds(11);
        assertThat(mode.update(List.of(up), 0, late).mode()).isEqualTo(Mode.NORMAL);
    }

    @Test
    void saysWhatARedisThatTakesNoWritesAffects() {
        update(up, up);
        assertThat(update(up, full)).isEqualTo(Mode.DEGRADED);
        assertThat(mode.view().affected()).containsExactly(Affected.writes, Affected.limits);
        update(replica, up);
        assertThat(mode.view().affected()).containsExactly(Affected.writes, Affected.deletes, Affected.limits);
        assertThat(mode.view().why()).isEqualTo("ReadOnly");
    }

    @Test
    void isRecoveringAsLongAsDeletesWait() {
        update(down, down);
        assertThat(mode.update(List.of(up, up), 3, null).mode()).isEqualTo(Mode.RECOVERING);
        assertThat(mode.update(List.of(up, up), 0, null).mode()).isEqualTo(Mode.NORMAL);
    }

    @Test
    void countsTheTimeInEachMode() {
        update(up, up);
        Duration normalBefore = mode.spent(Mode.NORMAL);
        time.now = time.now.plusSeconds(5);
        update(down, down);
        time.now = time.now.plusSeconds(7);
        assertThat(mode.spent(Mode.NORMAL).minus(normalBefore)).isEqualTo(Duration.ofSeconds(5));
        assertThat(mode.spent(Mode.DEGRADED)).isEqualTo(Duration.ofSeconds(7));
        assertThat(mode.view().since()).isEqualTo(time.now.minusSeconds(7));
    }

    private Mode update(LinkView... connections) {
        return mode.update(List.of(connections), 0, null).mode();
    }

    private LinkView down(LinkFailure.Reason reason) {
        return new LinkView(new LinkFailure(reason, reason.name()), null, time.now, null, null);
    }

    private LinkView refusing(LinkFailure.Reason reason) {
        return new LinkView(null, new LinkFailure(reason, reason.name()), time.now, null, null);
    }

    private static final class Time extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
