package dev.redoubt.cache.metrics;

import dev.redoubt.cache.mode.LinkMode;
import dev.redoubt.cache.mode.Mode;
import dev.redoubt.cache.mode.Modes;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** Meters of the modes. */
public final class ModeMetrics {

    private ModeMetrics() {}

    public static void register(MeterRegistry registry, Modes modes) {
        register(registry, "redis", modes.redis());
        LinkMode state = modes.state();
        if (state != null) {
            register(registry, "state", state);
        }
    }

    private static void register(MeterRegistry registry, String link, LinkMode mode) {
        for (Mode one : Mode.values()) {
            String word = one.name().toLowerCase(Locale.ROOT);
            Gauge.builder("redoubt.mode", mode, it -> it.view().mode() == one ? 1 : 0)
                    .description("1 for the mode that the Redis is in, 0 for the others")
                    .tag("link", link)
                    .tag("mode", word)
                    .register(registry);
            FunctionCounter.builder(
                            "redoubt.mode.seconds", mode, it -> it.spent(one).toMillis() / 1000.0)
                    .description("How long the Redis has been in that mode since the service was started")
                    .tag("link", link)
                    .tag("mode", word)
                    .register(registry);
        }
    }
}
