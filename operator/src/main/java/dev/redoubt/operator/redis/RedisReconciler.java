package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.CertificateSource;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.api.v1alpha1.RedisStatus;
import dev.redoubt.operator.apply.Applied;
import dev.redoubt.operator.apply.Applier;
import dev.redoubt.operator.apply.Cluster;
import dev.redoubt.operator.apply.Informers;
import dev.redoubt.operator.apply.News;
import dev.redoubt.operator.apply.PassGate;
import dev.redoubt.operator.apply.StaleCacheException;
import dev.redoubt.operator.apply.StatusPatch;
import dev.redoubt.operator.certificates.CertificateIssuer;
import dev.redoubt.operator.certificates.CertificateReport;
import dev.redoubt.operator.certificates.Wish;
import dev.redoubt.operator.certificatesources.CertManagerApi;
import dev.redoubt.operator.certificatesources.CertificateSources;
import dev.redoubt.operator.certificatesources.CertificateSources.Specified;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.events.EventRecorder;
import dev.redoubt.operator.events.PodEvents;
import dev.redoubt.operator.exporter.ExporterUpkeep;
import dev.redoubt.operator.hardening.Auditor;
import dev.redoubt.operator.memory.MemoryWatch;
import dev.redoubt.operator.monitoring.MonitoringApi;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.Owner;
import dev.redoubt.operator.redis.RedisResolver.Resolution;
import dev.redoubt.operator.redis.StorageGrowth.Step;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.startup.StartLogs;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Pause;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One pass over a Redis: resolve, render, apply, converge, observe; and its exporter, once all that is said. */
public final class RedisReconciler implements Reconciler<Redis> {
    /** Suffix of object names and value of the component label. */
    public static final String COMPONENT = "redis";

    private static final Duration RECHECK = Duration.ofSeconds(30);
    /** A step of a rotation that waits for the server. */
    private static final Duration NEXT_STEP = Duration.ofSeconds(1);

    private static final List<Class<? extends HasMetadata>> OWNED = List.of(
            ConfigMap.class,
            Deployment.class,
            NetworkPolicy.class,
            PersistentVolumeClaim.class,
            Pod.class,
            Secret.class,
            Service.class,
            ServiceAccount.class,
            StatefulSet.class);

    private final String clusterDomain;
    private final String userSelector;
    private final RedisResolver resolver;
    private final RedisServers servers;
    private final ServerUsers users;
    private final StorageGrowth storage;
    private final Applier applier;
    private final RedisConvergence convergence;
    private final PausedRedis paused;
    private final StatusPatch statusPatch;
    private final PassGate gate;
    private final ExporterUpkeep exporters;
    private final MonitoringApi monitoring;
    private final CertManagerApi certManager;
    private final CertificateSources certificates;
    private final EventRecorder events;
    private final MemoryWatch memory;
    private final StorageReport storageReport;
    private final RedisAnnouncements announcements;
    private final ServerNews news;
    private final Clock clock;

    // Set once by the framework, before the first pass.
    private @Nullable Informers<Redis> informers;
    private @Nullable RedisUserWatch redisUsers;

    private @Nullable Referents referents;

    private RedisReconciler(
            OperatorSettings settings,
            Cluster cluster,
            RedisResolver resolver,
            RedisServers servers,
            Auditor auditor,
            MemoryWatch memory,
            MonitoringApi monitoring,
            CertManagerApi certManager,
            Clock clock) {
        this.clusterDomain = settings.clusterDomain();
        this.userSelector = Labels.selectorOf(settings.instance());
        this.resolver = resolver;
        this.servers = servers;
        this.storage = new StorageGrowth(cluster, clock);
        this.applier = new Applier(cluster);
        var hardening = new RedisHardening(auditor, servers, cluster.events());
        this.users = new ServerUsers(servers, clock);
        var server = new ServerSync(servers, users, cluster.events());
        this.convergence = new RedisConvergence(new PodChanges(cluster), server, hardening);
        this.paused = new PausedRedis(server, auditor);
        this.statusPatch = new StatusPatch(cluster);
        this.exporters = new ExporterUpkeep(cluster, monitoring);
        this.monitoring = monitoring;
        this.certManager = certManager;
        this.certificates = new CertificateSources(cluster, certManager);
        this.gate = cluster.gate();
        this.events = cluster.events();
        this.announcements = new RedisAnnouncements(cluster.events(), auditor, hardening);
        this.memory = memory;
        var startLogs = new StartLogs(cluster.client());
        this.storageReport = new StorageReport(memory, startLogs, cluster.events());
        this.news = new ServerNews(servers, auditor, memory, startLogs, new PodEvents(cluster.client()));
        this.clock = clock;
    }

    /** A reconciler that is ready to be registered. */
    public static RedisReconciler create(
            OperatorSettings settings,
            Cluster cluster,
            PasswordGenerator passwords,
            CertificateIssuer certificates,
            RedisServers servers,
            Auditor auditor,
            MemoryWatch memory,
            MonitoringApi monitoring,
            CertManagerApi certManager,
            Clock clock) {
        var resolver = new RedisResolver(settings, passwords, certificates, clock);
        return new RedisReconciler(
                settings, cluster, resolver, servers, auditor, memory, monitoring, certManager, clock);
    }

    @Override
    public List<EventSource<?, Redis>> prepareEventSources(EventSourceContext<Redis> context) {
        var caches = Informers.of(context, Labels.REDIS, OWNED);
        informers = caches;
        var given = new Referents(context, context.getClient());
        referents = given;
        var redises = context.getPrimaryCache();
        var sources = new ArrayList<>(caches.eventSources());
        sources.add(new News<>("servers", wake -> news.start(wake, redises)));
        sources.add(given.eventSource());
        var watch = new RedisUserWatch(context, servers, userSelector);
        redisUsers = watch;
        sources.add(watch.eventSource());
        sources.add(News.toAll(
                "cert-manager",
                () -> redises.list(redis -> redis.getSpec().tls().source() == CertificateSource.CERT_MANAGER),
                certManager::listen));
        sources.add(News.toAll("monitoring-kinds", redises::list, monitoring::start));
        return sources;
    }

    @Override
    public UpdateControl<Redis> reconcile(Redis redis, Context<Redis> context) {
        return gate.pass(redis, () -> openPass(redis, context));
    }

    private UpdateControl<Redis> openPass(Redis redis, Context<Redis> context) {
        var names = new RedisNames(
                redis.getMetadata().getName(), redis.getMetadata().getNamespace(), clusterDomain);
        events.recordPause(redis, RedisStatuses.previousConditions(redis));
        var found = pass(redis, names, context);
        announcements.ofOutcome(redis, names, found.outcome());
        var looked = storageReport.add(
                redis,
                names,
                RedisWorld.observe(caches(), names),
                found.outcome().withMemory(memory.latest(names.server(0), RedisMemory.said(redis))),
                found.growth());
        var status = RedisStatuses.of(redis, names, looked, clock.instant());
        events.recordCertificate(redis, RedisStatuses.previousConditions(redis), status.conditions());
        statusPatch.write(redis, status, new Redis(), context);
        var outcome = found.model()
                .flatMap(model -> keepExporter(redis, status, model, context))
                .map(found.outcome()::withAgain)
                .orElse(found.outcome());
        UpdateControl<Redis> control = UpdateControl.noUpdate();
        outcome.again().ifPresent(control::rescheduleAfter);
        return control;
    }

    /**
     * Not made before the Redis is Ready, so that the exporter's start takes nothing from the server's.
     *
     * @return when to look at it again
     */
    private Optional<Duration> keepExporter(Redis redis, RedisStatus status, RedisModel model, Context<Redis> context) {
        var ready = Conditions.isTrue(status.conditions(), Conditions.READY);
        if (model.exporter().isPresent() && !ready && !hasExporter(model)) {
            return Optional.empty();
        }
        return exporters.keep(redis, RedisExporter.owner(model.owner()), model.exporter(), caches(), context);
    }

    private boolean hasExporter(RedisModel model) {
        return caches().find(
                        Deployment.class,
                        model.names().namespace(),
                        model.names().exporter())
                .isPresent();
    }

    private Referents referents() {
        return Objects.requireNonNull(referents, "the framework prepares event sources before the first pass");
    }

    private Informers<Redis> caches() {
        return Objects.requireNonNull(informers, "the framework prepares event sources before the first pass");
    }

    /**
     * What a pass found.
     *
     * @param model absent where the Redis could not be looked at
     * @param growth what is to be said of it, if the volume is to grow
     */
    private record Found(RedisOutcome outcome, Optional<RedisModel> model, Optional<Verdict> growth) {
        static Found of(RedisOutcome outcome) {
            return new Found(outcome, Optional.empty(), Optional.empty());
        }
    }

    private Found pass(Redis redis, RedisNames names, Context<Redis> context) {
        var world = RedisWorld.observe(caches(), names);
        if (Pause.isSet(redis)) {
            return Found.of(paused.look(redis, names, world));
        }
        var resolution = resolver.resolve(
                redis,
                names,
                world,
                name -> referents().secret(names.namespace(), name),
                users.seen(names.server(0)),
                wish(redis, names, context));
        return switch (resolution) {
            case Resolution.Refused(var verdict) -> Found.of(RedisOutcome.of(verdict));
            case Resolution.Uncertified(var verdict) ->
                Found.of(RedisOutcome.of(verdict)
                        .withCertificate(new CertificateReport(verdict, Optional.empty()))
                        .withAgain(CertificateSources.RECHECK));
            case Resolution.Resolved(var model) ->
                carryOut(redis, model.withSpecifiedUsers(specifiedUsers(names)), world, context);
        };
    }

    /** The certificate that the specification wants, and what is there of it. */
    private Wish wish(Redis redis, RedisNames names, Context<Redis> context) {
        var tls = redis.getSpec().tls();
        var status = redis.getStatus();
        return certificates.find(
                Owner.of(redis, COMPONENT, Labels.REDIS),
                new Specified(
                        tls.source(),
                        tls.secretRef(),
                        tls.issuerRef(),
                        names.issuedSecret(),
                        names.certificateNames(RedisStatefulSet.REPLICAS)),
                name -> referents().labelled(names.namespace(), name),
                status == null ? null : status.certificate(),
                context);
    }

    private List<SpecifiedUser> specifiedUsers(RedisNames names) {
        return Objects.requireNonNull(redisUsers, "the framework prepares event sources before the first pass")
                .of(names, caches());
    }

    private Found carryOut(Redis redis, RedisModel wanted, RedisWorld world, Context<Redis> context) {
        var step = storage.advance(redis, wanted, world);
        var model =
                switch (step) {
                    case Step.Settled() -> wanted;
                    case Step.Impossible(var existing, var _) -> wanted.withStorageSize(existing);
                    case Step.Replacing _ -> wanted.withPasswordsAsFound();
                };
        if (!(step instanceof Step.Replacing)) {
            var rendered = RedisObjects.render(model);
            switch (applier.apply(model.owner(), rendered, caches(), context)) {
                case Applied.Blocked(var verdict) -> {
                    // No watch shows when somebody else's object goes.
                    return Found.of(RedisOutcome.of(verdict).withAgain(RECHECK));
                }
                case Applied.Done(var written) -> announcements.ofObjects(redis, model, rendered, world, written);
            }
        }
        var now = RedisWorld.observe(caches(), model.names());
        var converged = convergence.converge(redis, model, now);
        var outcome = withCredentials(converged, model);
        var remarked = outcome.withRemark(remark(step))
                .withBinding()
                .withCertificate(CertificateReport.of(model.identity()))
                .withAgain(untilRenewal(model));
        var settled = step instanceof Step.Impossible ? remarked.withAgain(StorageGrowth.RETRY) : remarked;
        return new Found(settled, Optional.of(model), remark(step));
    }

    private RedisOutcome withCredentials(RedisOutcome converged, RedisModel model) {
        var seen = users.seen(model.serverId());
        var known = seen.since(model.credentials().users()).isPresent();
        var reported = converged.withCredentials(CredentialsReport.of(model.passwords(), known, converged));
        // No watch shows a Secret that comes without the label.
        var outcome = model.passwords().complaint().isPresent() ? reported.withAgain(RECHECK) : reported;
        return model.passwords()
                .wakeAt(seen)
                .map(due -> outcome.withAgain(until(due, NEXT_STEP)))
                .orElse(outcome);
    }

    private static Optional<Verdict> remark(Step step) {
        return switch (step) {
            case Step.Settled() -> Optional.empty();
            case Step.Replacing(var remark) -> Optional.of(remark);
            case Step.Impossible(var _, var remark) -> Optional.of(remark);
        };
    }

    /** Certificates are renewed by a pass, and nothing else may happen until then. */
    private Duration untilRenewal(RedisModel model) {
        return model.identity().untilDue(clock.instant());
    }

    private Duration until(Instant due, Duration ifPast) {
        var left = Duration.between(clock.instant(), due);
        return left.isPositive() ? left : ifPast;
    }

    @Override
    public ErrorStatusUpdateControl<Redis> updateErrorStatus(Redis redis, Context<Redis> context, Exception error) {
        if (error instanceof StaleCacheException) {
            return ErrorStatusUpdateControl.noStatusUpdate();
        }
        var names = new RedisNames(
                redis.getMetadata().getName(), redis.getMetadata().getNamespace(), clusterDomain);
        var outcome = RedisOutcome.failed(error, servers.health(names.server(0)));
        statusPatch.write(redis, RedisStatuses.of(redis, names, outcome, clock.instant()), new Redis(), context);
        return ErrorStatusUpdateControl.noStatusUpdate();
    }
}
