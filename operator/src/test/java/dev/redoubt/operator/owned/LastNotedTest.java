package dev.redoubt.operator.owned;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LastNotedTest {
    private final LastNoted complaints = new LastNoted(1_000);

    @Test
    void whatStaysWrongIsNewOnce() {
        assertThat(complaints.isNew(resource(1), "taken")).isTrue();
        assertThat(complaints.isNew(resource(1), "taken")).isFalse();
        assertThat(complaints.isNew(resource(2), "taken")).isTrue();
        assertThat(complaints.isNew(resource(1), "forbidden")).isTrue();
    }

    @Test
    void whatBecameRightIsNewWhenItIsWrongAgain() {
        complaints.isNew(resource(1), "taken");
        complaints.forget(resource(1));

        assertThat(complaints.isNew(resource(1), "taken")).isTrue();
    }

    @Test
    void itDoesNotGrowWithoutEnd() {
        IntStream.range(0, 1_001).forEach(i -> complaints.isNew(resource(i), "taken"));

        assertThat(complaints.isNew(resource(1_000), "taken")).isFalse();
        assertThat(complaints.isNew(resource(0), "taken")).isTrue();
    }

    private static String resource(int number) {
        return "uid-" + number;
    }
}
