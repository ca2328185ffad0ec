package dev.redoubt.cache.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** Meters of the configuration that is read again while the process runs. */
public final class ConfigurationMetrics {

    private ConfigurationMetrics() {}

    /**
     * Registers them.
     *
     * @param live what knows; the registry does not keep it alive
     * @param applied changes that took effect
     * @param refused changes that could not be used
     * @param current whether the file as it is now is in effect
     */
    public static <T> void register(
            MeterRegistry registry,
            T live,
            ToDoubleFunction<T> applied,
            ToDoubleFunction<T> refused,
            Predicate<T> current) {
        counter(registry, "applied", live, applied);
        counter(registry, "refused", live, refused);
        Gauge.builder("redoubt.configuration.current", live, one -> current.test(one) ? 1 : 0)
                .description("1 when the configuration file as it is now is in effect")
                .register(registry);
    }

    private static <T> void counter(MeterRegistry registry, String outcome, T live, ToDoubleFunction<T> count) {
        FunctionCounter.builder("redoubt.configuration.changes", live, count)
                .description("Changes of the configuration file since the start")
                .tag("outcome", outcome)
                .register(registry);
    }
}
