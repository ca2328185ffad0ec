package dev.redoubt.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.api.v1alpha1.RedisStatus;
import dev.redoubt.operator.redis.RedisFixture;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class WorthAPassTest {
    @Test
    void aStatusThatWasWrittenIsNoNews() {
        assertThat(isNews(redis -> {
                    redis.setStatus(new RedisStatus(1L, List.of(), null, List.of(), "8.0.2", null, null, List.of()));
                    redis.getMetadata().setResourceVersion("2");
                }))
                .isFalse();
    }

    @Test
    void anAnnotationOfSomebodyElseIsNone() {
        assertThat(isNews(redis -> redis.getMetadata().setAnnotations(Map.of("example.com/seen", "yes"))))
                .isFalse();
        assertThat(isNews(redis -> redis.getMetadata().setAnnotations(Map.of("redoubt.dev/paused", "false"))))
                .isFalse();
    }

    @Test
    void aPauseBeginsAndEnds() {
        var running = redis();
        var paused = redis();
        paused.getMetadata().setAnnotations(Map.of("redoubt.dev/paused", "true"));

        assertThat(WorthAPass.isNews(paused, running)).isTrue();
        assertThat(WorthAPass.isNews(running, paused)).isTrue();
        assertThat(WorthAPass.isNews(paused, paused)).isFalse();
    }

    @Test
    void aRotationIsAskedFor() {
        assertThat(isNews(redis -> redis.getMetadata().setAnnotations(Map.of("redoubt.dev/rotate-credentials", "now"))))
                .isTrue();
    }

    @Test
    void anotherSpecificationIsNews() {
        assertThat(isNews(redis -> redis.getMetadata().setGeneration(2L))).isTrue();
    }

    @Test
    void soAreADeletionAndAnotherResourceOfTheSameName() {
        assertThat(isNews(redis -> redis.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z")))
                .isTrue();
        assertThat(isNews(redis -> redis.getMetadata().setUid("another"))).isTrue();
    }

    private static boolean isNews(Consumer<Redis> change) {
        var changed = redis();
        change.accept(changed);
        return WorthAPass.isNews(changed, redis());
    }

    private static Redis redis() {
        return RedisFixture.redis("r", "{}");
    }
}
