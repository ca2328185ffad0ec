package dev.redoubt.cache.mode;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PendingDeletesTest {

    private final PendingDeletes pending = new PendingDeletes(3);

    @Test
    void keepsEachKeyOnceTheOldestFirst() {
        add("a");
        add("b");
        add("a");
        assertThat(pending.size()).isEqualTo(2);
        assertThat(pending.oldest(10)).containsExactly(bytes("a"), bytes("b"));
        assertThat(pending.oldest(1)).containsExactly(bytes("a"));
    }

    @Test
    void takesNoMoreThanItMayAndSaysSo() {
        assertThat(add("a") && add("b") && add("c")).isTrue();
        assertThat(add("d")).isFalse();
        assertThat(add("c")).isTrue();
        assertThat(pending.dropped()).isEqualTo(1);
        pending.remove(bytes("a"));
        assertThat(add("d")).isTrue();
        assertThat(pending.oldest(10)).containsExactly(bytes("b"), bytes("c"), bytes("d"));
    }

    private boolean add(String key) {
        return pending.add(bytes(key));
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }
}
