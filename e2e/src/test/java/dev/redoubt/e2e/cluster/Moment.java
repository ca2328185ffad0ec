package dev.redoubt.e2e.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a resource said at one moment.
 *
 * @param at when the watch delivered it
 * @param elapsedNanos the same on the monotonic clock, for durations
 * @param resourceVersion the version of the object
 * @param generation of the spec
 * @param observedGeneration the generation that the status speaks about; -1 before the first status
 * @param conditions as they stood, in the order of the status
 * @param deleted whether the object went away
 */
public record Moment(
        Instant at,
        long elapsedNanos,
        String resourceVersion,
        long generation,
        long observedGeneration,
        List<Condition> conditions,
        boolean deleted) {

    /** One condition of the status; a field that is missing is empty, {@code -1} for the generation. */
    public record Condition(String type, String status, String reason, String message, long observedGeneration) {}

    static Moment of(GenericKubernetesResource resource, boolean deleted) {
        List<Condition> conditions = new ArrayList<>();
        if (resource.get("status", "conditions") instanceof List<?> list) {
            list.stream().map(Map.class::cast).map(Moment::condition).forEach(conditions::add);
        }
        return new Moment(
                Instant.now(),
                System.nanoTime(),
                resource.getMetadata().getResourceVersion(),
                Objects.requireNonNullElse(resource.getMetadata().getGeneration(), -1L),
                number(resource.get("status", "observedGeneration")),
                List.copyOf(conditions),
                deleted);
    }

    private static Condition condition(Map<?, ?> fields) {
        return new Condition(
                text(fields.get("type")),
                text(fields.get("status")),
                text(fields.get("reason")),
                text(fields.get("message")),
                number(fields.get("observedGeneration")));
    }

    /** The condition of this type; all fields empty when there is none. */
    public Condition condition(String type) {
        return conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElse(new Condition(type, "", "", "", -1));
    }

    /** Whether the status says Ready=True about the spec that is there now. */
    public boolean isReady() {
        Condition ready = condition("Ready");
        return !deleted
                && ready.status().equals("True")
                && ready.observedGeneration() == generation
                && observedGeneration == generation;
    }

    /** Whether the status says Ready=False, whatever the generation. */
    public boolean isNotReady() {
        return condition("Ready").status().equals("False");
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : -1;
    }
}
