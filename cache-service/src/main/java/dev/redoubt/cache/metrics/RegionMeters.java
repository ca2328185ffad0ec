package dev.redoubt.cache.metrics;

import dev.redoubt.cache.near.NearUse;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/** The meters of one region. Safe from every event loop. */
public final class RegionMeters {

    private final MeterRegistry registry;
    private final String region;
    private final RequestTimers<Operation, Outcome> requests;
    private final List<Meter> registered = new ArrayList<>();
    private final NearUse near = new NearUse();
    private final LongAdder nearHits = new LongAdder();
    private final LongAdder redisHits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder loads = new LongAdder();
    private final LongAdder collapsed = new LongAdder();
    private final LongAdder bytesRead = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();

    RegionMeters(MeterRegistry registry, String region) {
        this.registry = registry;
        this.region = region;
        this.requests = new RequestTimers<>(
                registry, "redoubt.cache.requests", "region", region, Operation.class, Outcome.class);
        counter("redoubt.cache.hits", "Reads that found a value", "tier", "near", one -> one.nearHits.sum());
        counter("redoubt.cache.hits", "Reads that found a value", "tier", "redis", one -> one.redisHits.sum());
        counter("redoubt.cache.misses", "Reads that found none", one -> one.misses.sum());
        counter("redoubt.cache.stale", "Reads that were given a stale value", one -> one.stale.sum());
        counter("redoubt.cache.loads", "Leases given out to load a value", one -> one.loads.sum());
        counter("redoubt.cache.collapsed", "Reads that waited for another's load", one -> one.collapsed.sum());
        counter("redoubt.cache.bytes", "Bytes of values", "direction", "read", one -> one.bytesRead.sum());
        counter("redoubt.cache.bytes", "Bytes of values", "direction", "written", one -> one.bytesWritten.sum());
        counter("redoubt.cache.near.evictions", "Copies that had to go to make room", one -> one.near.evictions());
        registered.add(Gauge.builder("redoubt.cache.near.bytes", near, NearUse::bytes)
                .description("Memory that the near copies take")
                .baseUnit("bytes")
                .tag("region", region)
                .register(registry));
        registered.add(Gauge.builder("redoubt.cache.near.copies", near, NearUse::copies)
                .description("Near copies")
                .tag("region", region)
                .register(registry));
    }

    private void counter(String name, String description, ToDoubleFunction<RegionMeters> value, String... tags) {
        registered.add(FunctionCounter.builder(name, this, value)
                .description(description)
                .tag("region", region)
                .tags(tags)
                .register(registry));
    }

    private void counter(
            String name, String description, String label, String labelValue, ToDoubleFunction<RegionMeters> value) {
        counter(name, description, value, label, labelValue);
    }

    /** Counts and times a request. */
    public void request(Operation operation, Outcome outcome, long nanos) {
        requests.request(operation, outcome, nanos);
    }

    /** Counts a read that found a value of so many bytes. */
    public void hit(Tier tier, int bytes) {
        (tier == Tier.NEAR ? nearHits : redisHits).increment();
        bytesRead.add(bytes);
    }

    /** Counts a read that found no value. */
    public void miss() {
        misses.increment();
    }

    /** Counts a read that was given a stale value. */
    public void stale(int bytes) {
        stale.increment();
        bytesRead.add(bytes);
    }

    /** Counts a lease. */
    public void load() {
        loads.increment();
    }

    /** Counts a read that waited for somebody else's load. */
    public void collapsed() {
        collapsed.increment();
    }

    /** Counts a write. */
    public void written(int bytes) {
        bytesWritten.add(bytes);
    }

    /** What the region takes of the near caches. */
    public NearUse near() {
        return near;
    }

    /** All of it now. */
    public RegionStatistics statistics() {
        return new RegionStatistics(
                region,
                new RegionStatistics.Hits(nearHits.sum(), redisHits.sum()),
                misses.sum(),
                stale.sum(),
                loads.sum(),
                collapsed.sum(),
                new RegionStatistics.Bytes(bytesRead.sum(), bytesWritten.sum()),
                new RegionStatistics.Near(near.copies(), near.bytes(), near.evictions()));
    }

    /** The region is gone, and so are its meters. */
    void remove() {
        registered.forEach(registry::remove);
        requests.remove();
    }
}
