package dev.redoubt.operator;

import dev.redoubt.api.v1alpha1.RedoubtSerialization;
import dev.redoubt.operator.apply.ApiWrites;
import dev.redoubt.operator.apply.Applier;
import dev.redoubt.operator.apply.Cluster;
import dev.redoubt.operator.apply.PassGate;
import dev.redoubt.operator.apply.SubresourceFieldsForgotten;
import dev.redoubt.operator.cacheservice.CacheServiceReconciler;
import dev.redoubt.operator.certificates.CertificateIssuer;
import dev.redoubt.operator.certificatesources.CertManagerApi;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.events.EventRecorder;
import dev.redoubt.operator.hardening.Auditor;
import dev.redoubt.operator.http.HttpEndpoints;
import dev.redoubt.operator.issuer.IssuerWatch;
import dev.redoubt.operator.memory.MemoryWatch;
import dev.redoubt.operator.monitoring.MonitoringApi;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.redis.RedisReconciler;
import dev.redoubt.operator.redisuser.RedisUserReconciler;
import dev.redoubt.operator.replicas.ReplicaWatch;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.settings.OperatorSettings;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All parts of the operator, put together, started and stopped. */
public final class OperatorProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final double RETRY_FACTOR = 2;
    /** What the framework's threads have left to do once the gate has waited for the passes: their own book-keeping. */
    private static final Duration AFTER_THE_PASSES = Duration.ofSeconds(1);

    private final OperatorSettings settings;
    private final PrometheusMeterRegistry metrics;
    private final RedisServers servers;
    private final Auditor auditor;
    private final MemoryWatch memory;
    private final MonitoringApi monitoring;
    private final IssuerWatch issuer;
    private final ReplicaWatch replicas;
    private final CertManagerApi certManager;
    private final PassGate gate = new PassGate();
    private final Leadership leadership;
    private final Clock clock = Clock.systemUTC();
    private final HeapUpkeep heap = new HeapUpkeep();
    private final Operator operator;
    private final HttpEndpoints http;

    /**
     * Puts the parts together; nothing works yet but {@code /livez}.
     *
     * @param client stays open when the process closes
     * @param identity of this pod among several
     * @param leadershipLost called when another took over: this process must end
     */
    public OperatorProcess(
            OperatorSettings settings, KubernetesClient client, String identity, Runnable leadershipLost) {
        this.settings = settings;
        this.metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        metrics.config().meterFilter(new FewBuckets());
        new JvmMemoryMetrics().bindTo(metrics);
        new JvmThreadMetrics().bindTo(metrics);
        this.servers = new RedisServers(settings.ping(), metrics);
        this.leadership = new Leadership(client, settings, identity, leadershipLost);
        this.auditor = new Auditor(servers, settings.hardening(), clock, metrics);
        this.memory = new MemoryWatch(servers, settings.memory(), clock);
        this.monitoring = new MonitoringApi(client, settings.monitoring().lookInterval());
        this.issuer = new IssuerWatch(
                client, settings.issuer().lookInterval(), settings.issuer().keepKeys(), clock);
        this.replicas = new ReplicaWatch(settings.cacheServices(), CacheServiceReconciler.MANAGEMENT_PORT);
        this.certManager = new CertManagerApi(client, settings.monitoring().lookInterval());
        this.operator = new Operator(overrider -> configure(overrider, client));
        register(client, identity);
        this.http = HttpEndpoints.open(
                settings.http().port(), () -> operator.getRuntimeInfo().isStarted(), metrics);
    }

    /** How its client has to read objects. */
    public static KubernetesSerialization serialization() {
        return RedoubtSerialization.create(new SubresourceFieldsForgotten());
    }

    private void configure(ConfigurationServiceOverrider overrider, KubernetesClient client) {
        overrider
                .withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withConcurrentReconciliationThreads(settings.reconcile().threads())
                .withReconciliationTerminationTimeout(AFTER_THE_PASSES)
                .withPreviousAnnotationForDependentResources(false)
                .withStopOnInformerErrorDuringStartup(true)
                .withMetrics(MicrometerMetrics.withoutPerResourceMetrics(metrics));
        if (settings.leaderElection().enabled()) {
            overrider.withLeaderElectionConfiguration(leadership.configuration());
        }
    }

    private void register(KubernetesClient client, String identity) {
        var random = new SecureRandom();
        var cluster = new Cluster(client, new ApiWrites(metrics), new EventRecorder(client, clock, identity), gate);
        var passwords = new PasswordGenerator(random);
        var certificates = new CertificateIssuer(clock, random, settings.certificates());
        operator.register(
                RedisReconciler.create(
                        settings,
                        cluster,
                        passwords,
                        certificates,
                        servers,
                        auditor,
                        memory,
                        monitoring,
                        certManager,
                        clock),
                this::configureController);
        operator.register(
                CacheServiceReconciler.create(
                        settings, cluster, passwords, certificates, certManager, issuer, replicas, clock),
                this::configureController);
        operator.register(
                RedisUserReconciler.create(settings, cluster, passwords, servers, clock), this::configureController);
    }

    private <P extends HasMetadata> void configureController(ControllerConfigurationOverrider<P> controller) {
        controller
                .withFieldManager(Applier.FIELD_MANAGER)
                // Ours takes the place of the framework's: it would be asked besides.
                .withGenerationAware(false)
                .withOnUpdateFilter(WorthAPass::isNews)
                .withLabelSelector(Labels.selectorOf(settings.instance()))
                .withRetry(new GenericRetry()
                        .withoutMaxAttempts()
                        .setInitialInterval(FIRST_RETRY)
                        .setIntervalMultiplier(RETRY_FACTOR)
                        .setMaxInterval(settings.reconcile().maxRetryInterval().toMillis()));
        if (settings.watchNamespaces().isEmpty()) {
            controller.watchingAllNamespaces();
        } else {
            controller.settingNamespaces(Set.copyOf(settings.watchNamespaces()));
        }
    }

    /**
     * Starts to watch and, as the leader, to work.
     *
     * @throws RuntimeException if the API refuses a watch; the process has to end then
     */
    public void start() {
        operator.start();
        heap.start();
        LOG.atInfo()
                .addKeyValue("settings", settings)
                .addKeyValue("port", http.port())
                .log("Started");
    }

    /** What it counts and times. */
    public PrometheusMeterRegistry metrics() {
        return metrics;
    }

    /** The port of its own endpoints. */
    public int httpPort() {
        return http.port();
    }

    /**
     * How long {@link #close} may wait before it gives the Lease back. The pod's grace period has to be longer: after a SIGKILL
     * the Lease stays, and the next leader waits for its end.
     */
    static Duration longestWait(OperatorSettings settings) {
        return settings.reconcile().shutdownTimeout().plus(AFTER_THE_PASSES);
    }

    /** Lets running passes finish, within the set time, and stops. */
    @Override
    public void close() {
        leadership.resign();
        if (!gate.close(settings.reconcile().shutdownTimeout())) {
            LOG.atWarn().log("A pass did not end in time; the next leader does its work again");
        }
        operator.stop();
        leadership.giveBack();
        auditor.close();
        memory.close();
        monitoring.close();
        issuer.close();
        replicas.close();
        certManager.close();
        servers.close();
        heap.close();
        http.close();
        LOG.atInfo().log("Stopped");
    }

    /** The framework asks for 70 buckets a timer; these tell a good pass from a bad one. */
    private static final class FewBuckets implements MeterFilter {
        private static final double[] BOUNDS = Stream.of(10, 50, 100, 500, 1000, 5000)
                .mapToDouble(millis -> Duration.ofMillis(millis).toNanos())
                .toArray();

        @Override
        public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
            return DistributionStatisticConfig.builder()
                    .percentilesHistogram(false)
                    .serviceLevelObjectives(BOUNDS)
                    .build()
                    .merge(config);
        }
    }
}
