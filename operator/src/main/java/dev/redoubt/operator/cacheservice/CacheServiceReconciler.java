package dev.redoubt.operator.cacheservice;

import static java.util.stream.Collectors.toMap;

import dev.redoubt.api.v1alpha1.CacheService;
import dev.redoubt.api.v1alpha1.CacheServiceSpec;
import dev.redoubt.api.v1alpha1.CacheServiceStatus;
import dev.redoubt.api.v1alpha1.CertificateSource;
import dev.redoubt.operator.apply.Applied;
import dev.redoubt.operator.apply.Applier;
import dev.redoubt.operator.apply.Cluster;
import dev.redoubt.operator.apply.Informers;
import dev.redoubt.operator.apply.News;
import dev.redoubt.operator.apply.PassGate;
import dev.redoubt.operator.apply.StaleCacheException;
import dev.redoubt.operator.apply.StatusPatch;
import dev.redoubt.operator.cacheservice.CacheServiceReadiness.NamedRedis;
import dev.redoubt.operator.cacheservice.CacheServiceResolver.Resolution;
import dev.redoubt.operator.cacheservice.CacheServiceResolver.World;
import dev.redoubt.operator.certificates.AuthorityNews;
import dev.redoubt.operator.certificates.CertificateIssuer;
import dev.redoubt.operator.certificates.Wish;
import dev.redoubt.operator.certificatesources.CertManagerApi;
import dev.redoubt.operator.certificatesources.CertificateSources;
import dev.redoubt.operator.certificatesources.CertificateSources.Specified;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.events.EventRecorder;
import dev.redoubt.operator.issuer.IssuerKeys;
import dev.redoubt.operator.issuer.IssuerWatch;
import dev.redoubt.operator.owned.ContentHash;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.Owner;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.pods.PodDiagnosis;
import dev.redoubt.operator.replicas.Replica;
import dev.redoubt.operator.replicas.ReplicaWatch;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.status.ApiErrors;
import dev.redoubt.operator.status.Concern;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Pause;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One pass over a CacheService: resolve, render, apply, observe. */
public final class CacheServiceReconciler implements Reconciler<CacheService> {
    /** Suffix of object names and value of the component label. */
    public static final String COMPONENT = "cache-service";

    /** On which a replica answers what scrapes and probes ask. */
    public static final int MANAGEMENT_PORT = ServiceYaml.MANAGEMENT_PORT;

    private static final Duration RECHECK = Duration.ofSeconds(30);

    private static final List<Class<? extends HasMetadata>> OWNED = List.of(
            ConfigMap.class,
            Deployment.class,
            NetworkPolicy.class,
            Pod.class,
            PodDisruptionBudget.class,
            Secret.class,
            Service.class,
            ServiceAccount.class);

    /** Kinds of which a smaller specification has fewer objects. */
    private static final List<Class<? extends HasMetadata>> PRUNED = List.of(PodDisruptionBudget.class, Secret.class);

    private final String clusterDomain;
    private final CacheServiceResolver resolver;
    private final CertManagerApi certManager;
    private final CertificateSources certificates;
    private final Applier applier;
    private final StatusPatch statusPatch;
    private final PassGate gate;
    private final EventRecorder events;
    private final IssuerWatch issuer;
    private final ReplicaWatch replicas;
    private final ConfigurationNews news;
    private final Clock clock;

    // Set once by the framework, before the first pass.
    private @Nullable Caches caches;

    private CacheServiceReconciler(
            String clusterDomain,
            CacheServiceResolver resolver,
            Cluster cluster,
            CertManagerApi certManager,
            IssuerWatch issuer,
            ReplicaWatch replicas,
            Clock clock) {
        this.certManager = certManager;
        this.certificates = new CertificateSources(cluster, certManager);
        this.clusterDomain = clusterDomain;
        this.resolver = resolver;
        this.applier = new Applier(cluster);
        this.statusPatch = new StatusPatch(cluster);
        this.gate = cluster.gate();
        this.events = cluster.events();
        this.issuer = issuer;
        this.replicas = replicas;
        this.news = new ConfigurationNews(cluster);
        this.clock = clock;
    }

    /** A reconciler that is ready to be registered. */
    public static CacheServiceReconciler create(
            OperatorSettings settings,
            Cluster cluster,
            PasswordGenerator passwords,
            CertificateIssuer certificates,
            CertManagerApi certManager,
            IssuerWatch issuer,
            ReplicaWatch replicas,
            Clock clock) {
        return new CacheServiceReconciler(
                settings.clusterDomain(),
                new CacheServiceResolver(settings, passwords, certificates),
                cluster,
                certManager,
                issuer,
                replicas,
                clock);
    }

    private record Caches(Informers<CacheService> owned, Referents referents) {}

    @Override
    public List<EventSource<?, CacheService>> prepareEventSources(EventSourceContext<CacheService> context) {
        var prepared = new Caches(Informers.of(context, Labels.CACHE_SERVICE, OWNED), new Referents(context));
        caches = prepared;
        var sources = new ArrayList<>(prepared.owned().eventSources());
        sources.addAll(prepared.referents().eventSources());
        var services = context.getPrimaryCache();
        sources.add(News.toAll(
                "cert-manager",
                () -> services.list(service -> service.getSpec().tls().source() == CertificateSource.CERT_MANAGER),
                certManager::listen));
        // Asks before the first pass: it would take away from running services what it does not know yet.
        sources.add(News.toAll("issuer-keys", services::list, issuer::start));
        sources.add(new News<>(
                "replicas",
                wake -> replicas.start(wake, service -> services.get(service).isPresent())));
        return sources;
    }

    private Caches caches() {
        return Objects.requireNonNull(caches, "the framework prepares event sources before the first pass");
    }

    @Override
    public UpdateControl<CacheService> reconcile(CacheService service, Context<CacheService> context) {
        return gate.pass(service, () -> openPass(service, context));
    }

    private UpdateControl<CacheService> openPass(CacheService service, Context<CacheService> context) {
        var previous = service.getStatus() == null
                ? List.<Condition>of()
                : service.getStatus().conditions();
        events.recordPause(service, previous);
        var paused = Pause.isSet(service);
        var found = paused ? look(service) : pass(service, context);
        var outcome = found.withConfiguration(configuration(service, found.model()));
        var status = status(service, outcome);
        events.recordTurn(service, Conditions.find(previous, Conditions.READY), outcome.verdict());
        events.recordCertificate(service, previous, status.conditions());
        events.recordConfiguration(service, previous, status.conditions());
        statusPatch.write(service, status, new CacheService(), context);
        UpdateControl<CacheService> control = UpdateControl.noUpdate();
        if (!paused) {
            // No watch shows when somebody else's object, or the lack of a label, goes.
            control.rescheduleAfter(outcome.model()
                    .map(this::untilRenewal)
                    .orElse(outcome.certificate().isPresent() ? CertificateSources.RECHECK : RECHECK));
        }
        return control;
    }

    private CacheServiceNames names(CacheService service) {
        return new CacheServiceNames(
                service.getMetadata().getName(), service.getMetadata().getNamespace(), clusterDomain);
    }

    private static Owner owner(CacheService service) {
        return Owner.of(service, COMPONENT, Labels.CACHE_SERVICE);
    }

    /** What can be said of a service that is paused, without touching anything. */
    private CacheServiceOutcome look(CacheService service) {
        var names = names(service);
        var deployment = deployment(names);
        var verdict = CacheServiceReadiness.ofPaused(
                names, deployment, pods(owner(service)), redises(names, service.getSpec()));
        var status = deployment.map(Deployment::getStatus).orElseGet(DeploymentStatus::new);
        return CacheServiceOutcome.of(verdict).withDeployment(status);
    }

    private CacheServiceOutcome pass(CacheService service, Context<CacheService> context) {
        var names = names(service);
        var owner = owner(service);
        var resolution =
                resolver.resolve(owner, names, service.getSpec(), world(names), wish(service, owner, names, context));
        return switch (resolution) {
            case Resolution.Waiting(var verdict) -> CacheServiceOutcome.of(verdict);
            case Resolution.Refused(var verdict) -> CacheServiceOutcome.of(verdict);
            case Resolution.Uncertified(var verdict) -> CacheServiceOutcome.uncertified(verdict);
            case Resolution.Resolved(var model) -> carryOut(service, model, context);
        };
    }

    private World world(CacheServiceNames names) {
        var referents = caches().referents();
        return new World(
                name -> caches().owned().find(Secret.class, names.namespace(), name),
                name -> referents.redis(names.namespace(), name),
                name -> referents.binding(names.namespace(), name),
                name -> referents.given(names.namespace(), name),
                issuerKeys(names));
    }

    /** Those that the cluster has, or, while it does not say, those that were published last. */
    private Optional<IssuerKeys> issuerKeys(CacheServiceNames names) {
        return issuer.state().keys().or(() -> caches().owned()
                .find(ConfigMap.class, names.namespace(), names.configMap())
                .flatMap(found -> Optional.ofNullable(found.getData().get(ServiceYaml.KEYS_FILE)))
                .flatMap(IssuerKeys::read));
    }

    /** The certificate that the specification wants, and what is there of it. */
    private Wish wish(CacheService service, Owner owner, CacheServiceNames names, Context<CacheService> context) {
        var tls = service.getSpec().tls();
        var status = service.getStatus();
        return certificates.find(
                owner,
                new Specified(
                        tls.source(), tls.secretRef(), tls.issuerRef(), names.issuedSecret(), names.certificateNames()),
                name -> caches().referents().given(names.namespace(), name),
                status == null ? null : status.certificate(),
                context);
    }

    private CacheServiceOutcome carryOut(CacheService service, CacheServiceModel model, Context<CacheService> context) {
        var owned = caches().owned();
        var existed = deployment(model.names()).isPresent();
        var stored = SecretData.decode(owned.find(
                        Secret.class, model.names().namespace(), model.names().authoritySecret())
                .orElse(null));
        var desired = CacheServiceObjects.render(model);
        var applied = applier.apply(model.owner(), desired, owned, context);
        if (applied instanceof Applied.Blocked(var verdict)) {
            return CacheServiceOutcome.of(verdict);
        }
        var written = Stream.concat(
                        applied instanceof Applied.Done(var changes) ? changes.stream() : Stream.empty(),
                        applier.prune(model.owner(), desired, PRUNED, owned).stream())
                .toList();
        if (!written.isEmpty()) {
            var reason = existed ? EventReason.ObjectsChanged : EventReason.Created;
            events.record(service, reason, String.join(", ", written) + ".");
        }
        AuthorityNews.of(stored, model.identity())
                .forEach(step -> events.record(service, EventReason.AuthorityRenewed, step));
        var pods = pods(model.owner());
        news.announce(model, pods);
        var deployment = deployment(model.names());
        var verdict = CacheServiceReadiness.of(model, deployment, pods, redises(model.names(), service.getSpec()));
        return CacheServiceOutcome.of(model, verdict, deployment.map(Deployment::getStatus));
    }

    private Optional<Deployment> deployment(CacheServiceNames names) {
        return caches().owned().find(Deployment.class, names.namespace(), names.base());
    }

    private List<Pod> pods(Owner owner) {
        return caches().owned().labelled(owner, Pod.class).toList();
    }

    private List<NamedRedis> redises(CacheServiceNames names, CacheServiceSpec spec) {
        return Referents.redisNames(spec)
                .map(redis -> new NamedRedis(redis, caches().referents().redis(names.namespace(), redis)))
                .toList();
    }

    /** Whether the replicas have taken over what is published; empty if there is nothing new to say. */
    private Optional<Concern> configuration(CacheService service, Optional<CacheServiceModel> carriedOut) {
        var names = names(service);
        var ready = pods(owner(service)).stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null && PodDiagnosis.isReady(pod))
                .map(pod -> Replica.of(ResourceID.fromResource(service), pod))
                .toList();
        replicas.follow(ResourceID.fromResource(service), ready);
        return carriedOut
                .map(CacheServiceObjects::configuration)
                .or(() -> caches().owned()
                        .find(ConfigMap.class, names.namespace(), names.configMap())
                        .map(ConfigMap::getData))
                .map(files -> ContentHash.of(files.getOrDefault(ServiceYaml.FILE, "")))
                .flatMap(published -> TakenConfiguration.of(
                        published,
                        ready.stream().collect(toMap(Replica::pod, replicas::latest, (one, _) -> one, TreeMap::new))));
    }

    private CacheServiceStatus status(CacheService service, CacheServiceOutcome outcome) {
        return CacheServiceStatuses.of(service, outcome, issuer.state(), clock.instant());
    }

    /** Certificates are renewed by a pass, and nothing else may happen until then. */
    private Duration untilRenewal(CacheServiceModel model) {
        return model.identity().untilDue(clock.instant());
    }

    @Override
    public ErrorStatusUpdateControl<CacheService> updateErrorStatus(
            CacheService service, Context<CacheService> context, Exception error) {
        if (error instanceof StaleCacheException) {
            return ErrorStatusUpdateControl.noStatusUpdate();
        }
        var names = names(service);
        var spec = service.getSpec();
        var serves = CacheServiceReadiness.serves(spec.replicas(), deployment(names), redises(names, spec));
        var outcome = CacheServiceOutcome.of(ApiErrors.verdict(error, serves));
        statusPatch.write(service, status(service, outcome), new CacheService(), context);
        return ErrorStatusUpdateControl.noStatusUpdate();
    }
}
