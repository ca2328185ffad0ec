package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.Binding;
import dev.redoubt.api.v1alpha1.Endpoint;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.api.v1alpha1.RedisStatus;
import dev.redoubt.operator.status.Conditions;
import java.time.Instant;
import java.util.List;

/** The status of a Redis from what a pass found. Holds nothing that changes by itself. */
final class RedisStatuses {
    private RedisStatuses() {}

    static RedisStatus of(Redis redis, RedisNames names, RedisOutcome outcome, Instant now) {
        var previous = redis.getStatus();
        var generation = redis.getMetadata().getGeneration();
        var bound = outcome.bound() || (previous != null && previous.binding() != null);
        return new RedisStatus(
                generation,
                Conditions.of(outcome.verdict(), previous == null ? List.of() : previous.conditions(), generation, now),
                bound ? new Binding(names.bindingSecret()) : null,
                bound ? List.of(new Endpoint("client", names.host(), RedisNames.PORT, true)) : List.of(),
                // A server that does not answer still is the version that it was.
                outcome.version().orElse(previous == null ? null : previous.version()));
    }
}
