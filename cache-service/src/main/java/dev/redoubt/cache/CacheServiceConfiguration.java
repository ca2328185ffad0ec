package dev.redoubt.cache;

import dev.redoubt.cache.access.TokenCounts;
import dev.redoubt.cache.accesslog.AccessLog;
import dev.redoubt.cache.config.ServiceConfig;
import dev.redoubt.cache.hot.HotPath;
import dev.redoubt.cache.hot.Policies;
import dev.redoubt.cache.hot.Rules;
import dev.redoubt.cache.hot.entries.CacheEntries;
import dev.redoubt.cache.hot.entries.CacheStatus;
import dev.redoubt.cache.hot.limits.LimitRequests;
import dev.redoubt.cache.hot.limits.Replicas;
import dev.redoubt.cache.lifecycle.Arrival;
import dev.redoubt.cache.lifecycle.Drain;
import dev.redoubt.cache.lifecycle.LinkLifecycle;
import dev.redoubt.cache.lifecycle.LiveConfiguration;
import dev.redoubt.cache.lifecycle.Readiness;
import dev.redoubt.cache.limit.LocalBuckets;
import dev.redoubt.cache.management.ManagementServer;
import dev.redoubt.cache.metrics.CacheMetrics;
import dev.redoubt.cache.metrics.ConfigurationMetrics;
import dev.redoubt.cache.metrics.LinkMetrics;
import dev.redoubt.cache.metrics.ModeMetrics;
import dev.redoubt.cache.metrics.TokenMetrics;
import dev.redoubt.cache.mode.LinkMode;
import dev.redoubt.cache.mode.Modes;
import dev.redoubt.cache.mode.PendingDeletes;
import dev.redoubt.cache.near.NearCaches;
import dev.redoubt.cache.redis.EndpointSource;
import dev.redoubt.cache.redis.EndpointSources;
import dev.redoubt.cache.redis.RedisLink;
import dev.redoubt.cache.redis.RedisLinks;
import dev.redoubt.cache.status.ProblemErrors;
import dev.redoubt.cache.status.ServiceStatus;
import dev.redoubt.cache.status.StatusRoutes;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.netty.resources.LoopResources;
import tools.jackson.databind.json.JsonMapper;

/** How the parts are put together. What the configuration says is read before Spring starts, and comes in as beans. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class CacheServiceConfiguration {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    /** One set of event loops for the clients' connections and for those to Redis: that is what lets them be pinned together. */
    @Bean
    ReactorResourceFactory reactorResources(ServiceConfig config) {
        ReactorResourceFactory resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        resources.setLoopResourcesSupplier(() -> LoopResources.create("hot", 1, config.effectiveEventLoops(), true));
        resources.setShutdownQuietPeriod(Duration.ZERO);
        resources.setShutdownTimeout(Duration.ofSeconds(1));
        return resources;
    }

    @Bean
    EventLoops eventLoops(ReactorResourceFactory resources) {
        List<EventLoop> loops = new ArrayList<>();
        for (EventExecutor executor : resources.getLoopResources().onServer(LoopResources.DEFAULT_NATIVE)) {
            loops.add((EventLoop) executor);
        }
        return new EventLoops(List.copyOf(loops));
    }

    /** The event loops, as one bean. */
    record EventLoops(List<EventLoop> all) {}

    @Bean(destroyMethod = "")
    RedisLinks redisLinks(ServiceConfig config, EndpointSources sources, EventLoops loops, Clock clock) {
        RedisLink redis =
                new RedisLink("redis", sources.redis(), config.redis(), loops.all(), clock, new SecureRandom());
        ServiceConfig.Redis settings = config.state();
        EndpointSource source = sources.state();
        return new RedisLinks(
                redis,
                settings == null || source == null
                        ? null
                        : new RedisLink("state", source, settings, loops.all(), clock, new SecureRandom()));
    }

    /** Starts to connect, and does not wait for it: the service answers without Redis too. */
    @Bean
    LinkLifecycle linkLifecycle(RedisLinks links, Modes listening) {
        return new LinkLifecycle(links);
    }

    @Bean
    PrometheusMeterRegistry meterRegistry(RedisLinks links) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        LinkMetrics.register(registry, links.all());
        return registry;
    }

    @Bean
    JvmGcMetrics gcMetrics(PrometheusMeterRegistry registry) {
        JvmGcMetrics metrics = new JvmGcMetrics();
        metrics.bindTo(registry);
        return metrics;
    }

    @Bean
    CacheMetrics cacheMetrics(PrometheusMeterRegistry registry) {
        return new CacheMetrics(registry);
    }

    @Bean
    NearCaches nearCaches(ServiceConfig config, EventLoops loops) {
        return new NearCaches(config.nearCache(), loops.all().size());
    }

    @Bean
    HotPath hotPath(
            ServiceConfig config,
            Rules rules,
            RedisLinks links,
            EventLoops loops,
            PrometheusMeterRegistry registry,
            CacheMetrics metrics,
            LocalBuckets local,
            Replicas replicas,
            NearCaches nearCaches,
            PendingDeletes pendingDeletes,
            Modes modes,
            AccessLog accessLog,
            TokenCounts tokens,
            Clock clock) {
        HotPath hotPath = new HotPath(
                Policies.of(rules, metrics),
                config.limits(),
                metrics,
                links,
                pendingDeletes,
                accessLog,
                loop -> {
                    CacheEntries entries = new CacheEntries(loop, nearCaches);
                    return List.of(
                            entries,
                            new CacheStatus(entries, modes.redis()::view, nearCaches::view),
                            new LimitRequests(loop, local, replicas));
                },
                loops.all(),
                clock);
        Gauge.builder("redoubt.http.connections", hotPath, HotPath::connections)
                .description("Open client connections")
                .register(registry);
        FunctionCounter.builder("redoubt.http.connections.refused", hotPath, HotPath::refusedConnections)
                .description("Connections that were closed at once, because limits.connections were open")
                .register(registry);
        Gauge.builder("redoubt.http.connections.paused", hotPath, HotPath::pausedConnections)
                .description("Client connections that are not read: limits.pipelined wait, or the client does not read")
                .register(registry);
        Gauge.builder("redoubt.http.pending", hotPath, HotPath::pendingRequests)
                .description("Requests that wait for their answer, on all connections together")
                .register(registry);
        TokenMetrics.register(registry, tokens, () -> hotPath.policies().access());
        EventLoop first = loops.all().getFirst();
        replicas.start(
                first,
                links.limits().on(first),
                () -> !hotPath.policies().limits().all().isEmpty());
        return hotPath;
    }

    /** The part of the configuration that lives is applied here; what it replaces was applied by {@link #hotPath}. */
    @Bean
    LiveConfiguration liveConfiguration(
            CacheServiceApplication.ConfigSource source,
            ServiceConfig config,
            HotPath hotPath,
            AccessLog accessLog,
            TokenCounts tokens,
            CacheMetrics metrics,
            PrometheusMeterRegistry registry,
            Clock clock) {
        LiveConfiguration live = new LiveConfiguration(
                source.file(),
                config,
                next -> {
                    Rules rules = Rules.of(next, config.limits().body(), clock, tokens);
                    hotPath.apply(Policies.of(rules, metrics));
                    accessLog.apply(next.accessLog());
                },
                clock);
        ConfigurationMetrics.register(
                registry,
                live,
                LiveConfiguration::applied,
                LiveConfiguration::refused,
                one -> one.state().problem() == null);
        return live;
    }

    @Bean
    AccessLog accessLog(ServiceConfig config, PrometheusMeterRegistry registry) {
        AccessLog log = new AccessLog(config.accessLog());
        Gauge.builder("redoubt.access.log.queue", log, AccessLog::waiting)
                .description("Lines of the access log that wait to be written")
                .register(registry);
        FunctionCounter.builder("redoubt.access.log.lines", log, AccessLog::written)
                .description("Lines of the access log that were written")
                .register(registry);
        FunctionCounter.builder("redoubt.access.log.dropped", log, AccessLog::dropped)
                .description("Lines of the access log that were left out: too many a second, or too many waited")
                .register(registry);
        return log;
    }

    @Bean
    PendingDeletes pendingDeletes(ServiceConfig config, PrometheusMeterRegistry registry) {
        PendingDeletes pending = new PendingDeletes(config.degraded().pendingDeletes());
        Gauge.builder("redoubt.pending.deletes", pending, PendingDeletes::size)
                .description("Keys that wait to be deleted until Redis can be asked again")
                .register(registry);
        FunctionCounter.builder("redoubt.pending.deletes.dropped", pending, PendingDeletes::dropped)
                .description("Deletes that found no room to wait, and were answered with 503")
                .register(registry);
        return pending;
    }

    @Bean
    Modes modes(
            RedisLinks links,
            EventLoops loops,
            PendingDeletes pendingDeletes,
            LocalBuckets local,
            PrometheusMeterRegistry registry,
            Clock clock) {
        Modes modes = new Modes(links, pendingDeletes, clock, local::clear);
        ModeMetrics.register(registry, modes);
        modes.start(loops.all().getFirst());
        return modes;
    }

    @Bean
    LocalBuckets localBuckets(ServiceConfig config, PrometheusMeterRegistry registry) {
        LocalBuckets local = new LocalBuckets(config.localLimits().buckets());
        Gauge.builder("redoubt.limit.local.buckets", local, LocalBuckets::size)
                .description("Buckets of this replica, for while Redis is away")
                .register(registry);
        FunctionCounter.builder("redoubt.limit.local.evictions", local, LocalBuckets::evictions)
                .description("Buckets of this replica that made room for others, and so began anew")
                .register(registry);
        return local;
    }

    @Bean
    Replicas replicas(ServiceConfig config, PrometheusMeterRegistry registry) {
        Replicas replicas =
                new Replicas(UUID.randomUUID().toString(), config.localLimits().replicas());
        Gauge.builder("redoubt.replicas", replicas, Replicas::live)
                .description("Replicas of the service that live, as last told by Redis")
                .register(registry);
        return replicas;
    }

    @Bean
    Readiness readiness() {
        return new Readiness();
    }

    @Bean
    Arrival arrival(RedisLinks links, Readiness readiness, ServiceConfig config) {
        return new Arrival(links, readiness, config.startup());
    }

    @Bean
    Drain drain(HotPath hotPath, Readiness readiness, ServiceConfig config) {
        return new Drain(hotPath, readiness, config.shutdown());
    }

    /**
     * It asks for the live configuration and does not depend on it: Spring stops what depends on a bean together with it, whatever
     * their phases, and then waits for neither. The service would leave without its {@link Drain}.
     */
    @Bean
    ManagementServer managementServer(
            ServiceConfig config,
            Readiness readiness,
            ObjectProvider<LiveConfiguration> live,
            PrometheusMeterRegistry registry) {
        return new ManagementServer(
                config.management().port(),
                readiness,
                () -> JsonMapper.shared()
                        .writeValueAsString(
                                ServiceStatus.Configuration.of(live.getObject().state())),
                registry);
    }

    @Bean
    RouterFunction<ServerResponse> statusRoutes(
            RedisLinks links,
            Modes modes,
            HotPath hotPath,
            NearCaches nearCaches,
            LiveConfiguration live,
            Readiness readiness) {
        RedisLink state = links.state();
        LinkMode stateMode = modes.state();
        return StatusRoutes.routes(
                () -> ServiceStatus.of(
                        links.redis().view(),
                        modes.redis().view(),
                        state == null ? null : state.view(),
                        stateMode == null ? null : stateMode.view(),
                        nearCaches.view(),
                        hotPath.policies().regions(),
                        hotPath.policies().limits(),
                        live.state()),
                readiness);
    }

    @Bean
    ProblemErrors problemErrors() {
        return new ProblemErrors();
    }
}
