package dev.redoubt.cache.metrics;

import dev.redoubt.cache.access.Access;
import dev.redoubt.cache.access.TokenCounts;
import dev.redoubt.cache.access.Tokens;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Meters of the ServiceAccount tokens that are remembered, and of those that wait to be looked at. */
public final class TokenMetrics {

    private TokenMetrics() {}

    /**
     * Registers them.
     *
     * @param access that of the configuration as it is now
     */
    public static void register(MeterRegistry registry, TokenCounts counts, Supplier<Access> access) {
        counter(registry, "hits", "Tokens that were known when they came on a connection", counts, TokenCounts::hits);
        counter(registry, "misses", "Tokens that had to be looked at", counts, TokenCounts::misses);
        counter(
                registry,
                "evictions",
                "Tokens that were forgotten because tokens.cacheSize were remembered",
                counts,
                TokenCounts::evictions);
        for (String verdict : new String[] {"proven", "refused"}) {
            boolean proven = verdict.equals("proven");
            Gauge.builder(
                            "redoubt.token.cache.size",
                            () -> now(access, tokens -> proven ? tokens.cached() : tokens.cachedRefusals()))
                    .description("Tokens that are remembered")
                    .tag("verdict", verdict)
                    .register(registry);
        }
        Gauge.builder("redoubt.token.queue", () -> now(access, Tokens::waiting))
                .description("Tokens that wait to be looked at")
                .register(registry);
    }

    private static void counter(
            MeterRegistry registry,
            String what,
            String description,
            TokenCounts counts,
            ToDoubleFunction<TokenCounts> value) {
        FunctionCounter.builder("redoubt.token.cache." + what, counts, value)
                .description(description)
                .register(registry);
    }

    private static double now(Supplier<Access> access, ToDoubleFunction<Tokens> value) {
        Tokens tokens = access.get().tokens();
        return tokens == null ? 0 : value.applyAsDouble(tokens);
    }
}
