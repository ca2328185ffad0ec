package dev.redoubt.cache.metrics;

import dev.redoubt.cache.access.Client;
import dev.redoubt.cache.access.Denial;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts who is not let in, by reason; and where somebody known asks for what was not granted, by client. Both are closed sets: no
 * request can make a new meter. Safe from every event loop.
 */
public final class Denials {

    private static final String NAME = "redoubt.access.denials";

    private final MeterRegistry registry;
    private final Map<Denial, Counter> strangers = new EnumMap<>(Denial.class);
    private final Map<String, Counter> clients = new ConcurrentHashMap<>();

    public Denials(MeterRegistry registry) {
        this.registry = registry;
        for (Denial why : Denial.values()) {
            if (why != Denial.NOT_GRANTED) {
                strangers.put(why, counter(why, ""));
            }
        }
    }

    /** Somebody unknown was not let in. */
    public void count(Denial why) {
        Counter counter = strangers.get(why);
        if (counter != null) {
            counter.increment();
        }
    }

    /** This client asked for what was not granted. */
    public void count(Client client) {
        clients.computeIfAbsent(client.name(), name -> counter(Denial.NOT_GRANTED, name))
                .increment();
    }

    /** Forgets the clients that the configuration does not name any more. */
    public void retain(Set<String> names) {
        CacheMetrics.retain(clients, names, registry::remove);
    }

    private Counter counter(Denial why, String client) {
        return Counter.builder(NAME)
                .description("Requests that were not let in, by reason")
                .tag("reason", why.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .tag("client", client)
                .register(registry);
    }
}
