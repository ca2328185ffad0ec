package dev.redoubt.operator.redis;

import dev.redoubt.api.v1alpha1.ClientCertificates;
import dev.redoubt.api.v1alpha1.Engine;
import dev.redoubt.api.v1alpha1.Persistence;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.api.v1alpha1.RedisSpec;
import dev.redoubt.api.v1alpha1.Retention;
import dev.redoubt.api.v1alpha1.Topology;
import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.certificates.CertificateIssuer;
import dev.redoubt.operator.certificates.CertificateIssuer.Issuance;
import dev.redoubt.operator.certificates.CertificateIssuer.Stored;
import dev.redoubt.operator.certificates.ServerIdentity;
import dev.redoubt.operator.certificates.Subject;
import dev.redoubt.operator.certificates.Wish;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.Owner;
import dev.redoubt.operator.redisconf.LiveSettings;
import dev.redoubt.operator.redisconf.LiveSettings.SavePoint;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.sizing.MemorySize;
import dev.redoubt.operator.sizing.StorageSize;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** From a specification, what is there, and the operator's settings to the model of a pass. */
final class RedisResolver {
    private static final Quantity CPU_REQUEST = new Quantity("100m");

    /** Who presents a certificate where one is required: everybody who connects from outside of the server. */
    private static final Set<String> PRESENTING = Stream.of(
                    AclUser.APP, AclUser.SERVICE, AclUser.OPERATOR, AclUser.EXPORTER, AclUser.PROBE)
            .map(AclUser::userName)
            .collect(Collectors.toUnmodifiableSet());

    private final OperatorSettings settings;
    private final PasswordGenerator passwords;
    private final CertificateIssuer certificates;
    private final InstantSource clock;

    RedisResolver(
            OperatorSettings settings,
            PasswordGenerator passwords,
            CertificateIssuer certificates,
            InstantSource clock) {
        this.clock = clock;
        this.settings = settings;
        this.passwords = passwords;
        this.certificates = certificates;
    }

    /** What a specification turned out to be. */
    sealed interface Resolution {
        /** It can be carried out. */
        record Resolved(RedisModel model) implements Resolution {}

        /** It cannot; what is running is left as it is. */
        record Refused(Verdict verdict) implements Resolution {}

        /** It can, once there is a certificate; nothing has run yet. */
        record Uncertified(Verdict verdict) implements Resolution {}
    }

    /**
     * @param secrets those that people have made, by name
     * @param server what the running server has
     * @param wish the certificate that the specification wants, and what is there of it
     */
    Resolution resolve(
            Redis redis,
            RedisNames names,
            RedisWorld world,
            Function<String, GivenSecret> secrets,
            ServerUsers.Seen server,
            Wish wish) {
        var spec = redis.getSpec();
        var refused = refusal(spec);
        if (refused.isPresent()) {
            return new Resolution.Refused(refused.get());
        }
        var owner = Owner.of(redis, RedisReconciler.COMPONENT, Labels.REDIS);
        var stored = new Stored(world.authority(), world.certificate(), world.published());
        return switch (certificates.ensure(subject(owner, names, spec), wish, stored)) {
            case Issuance.Waiting(var verdict) -> new Resolution.Uncertified(verdict);
            case Issuance.Issued(var identity) -> {
                var resolved = RedisPasswords.resolve(
                        redis,
                        world,
                        GivenPassword.of(spec, names.namespace(), secrets),
                        server,
                        settings.credentials(),
                        passwords,
                        clock.instant());
                yield new Resolution.Resolved(model(owner, names, spec, world, resolved, identity));
            }
        };
    }

    private static Subject subject(Owner owner, RedisNames names, RedisSpec spec) {
        return new Subject(
                owner.name(),
                owner.namespace(),
                names.certificateNames(RedisStatefulSet.REPLICAS),
                names.neededNames(),
                spec.tls().clientCertificates() == ClientCertificates.REQUIRED ? PRESENTING : Set.of());
    }

    private static Optional<Verdict> refusal(RedisSpec spec) {
        if (spec.topology() != Topology.STANDALONE) {
            return unsupported("spec.topology", "Standalone");
        }
        if (spec.engine() == null) {
            return unsupported("spec.engine", "Redis or Valkey");
        }
        if (spec.tls().source() == null) {
            return unsupported("spec.tls.source", "Operator, Secret or CertManager");
        }
        if (spec.tls().clientCertificates() == null) {
            return unsupported("spec.tls.clientCertificates", "Optional or Required");
        }
        return memoryLimit(spec.resources())
                .filter(limit -> bytes(limit) <= bytes(spec.maxMemory()))
                .map(limit -> Verdict.notReady(
                        Reason.InvalidSpec,
                        ("spec.resources.limits.memory is %s, not more than spec.maxMemory of %s: the kernel would kill the"
                                        + " server before it is full. Raise the limit to %s or more, or leave it out.")
                                .formatted(limit, spec.maxMemory(), derivedLimit(spec))));
    }

    private static Optional<Verdict> unsupported(String field, String known) {
        return Optional.of(Verdict.notReady(
                Reason.Unsupported,
                ("This version of the operator does not know the value of %s; it knows %s. What runs is left as it is."
                                + " Upgrade the operator, or use a value that it knows.")
                        .formatted(field, known)));
    }

    private RedisModel model(
            Owner owner,
            RedisNames names,
            RedisSpec spec,
            RedisWorld world,
            RedisPasswords passwords,
            ServerIdentity identity) {
        return new RedisModel(
                owner,
                names,
                spec.engine() == Engine.VALKEY ? ServerProgram.VALKEY : ServerProgram.REDIS,
                image(spec),
                live(spec),
                storage(spec, world),
                resources(spec),
                spec.scheduling(),
                spec.access().from(),
                RedisExporter.resolve(owner, names, spec, passwords.credentials(), identity, settings),
                settings.operator(),
                passwords,
                identity,
                List.of());
    }

    private String image(RedisSpec spec) {
        if (spec.image() != null) {
            return spec.image();
        }
        var images = settings.images();
        return spec.engine() == Engine.VALKEY ? images.valkey() : images.redis();
    }

    private static LiveSettings live(RedisSpec spec) {
        var persistence = spec.persistence();
        var live = LiveSettings.of(
                bytes(spec.maxMemory()),
                spec.maxMemoryPolicy().value(),
                persistence.appendOnly(),
                persistence.appendFsync().value(),
                persistence.snapshots().stream()
                        .map(snapshot -> new SavePoint(snapshot.seconds(), snapshot.changes()))
                        .toList());
        return spec.tls().clientCertificates() == ClientCertificates.REQUIRED
                ? live.requiringClientCertificates()
                : live;
    }

    private static RedisModel.Storage storage(RedisSpec spec, RedisWorld world) {
        var storage = spec.persistence().storage();
        var wanted = storage.size() != null ? storage.size() : derivedStorage(spec);
        return new RedisModel.Storage(
                atLeast(
                        atLeast(wanted, world.statefulSet().map(RedisResolver::templateSize)),
                        claimSize(world.claim())),
                storage.storageClassName(),
                storage.retention() == Retention.RETAIN);
    }

    private static Quantity derivedStorage(RedisSpec spec) {
        Persistence persistence = spec.persistence();
        return StorageSize.derived(
                bytes(spec.maxMemory()),
                persistence.appendOnly(),
                !persistence.snapshots().isEmpty());
    }

    /** A volume never shrinks: the size that exists wins over a smaller wish, and over a differently written equal one. */
    private static Quantity atLeast(Quantity wanted, Optional<Quantity> existing) {
        return existing.map(size -> StorageSize.larger(size, wanted)).orElse(wanted);
    }

    static Quantity templateSize(StatefulSet statefulSet) {
        return size(statefulSet.getSpec().getVolumeClaimTemplates().getFirst());
    }

    private static Optional<Quantity> claimSize(Optional<PersistentVolumeClaim> claim) {
        return claim.map(RedisResolver::size);
    }

    static Quantity size(PersistentVolumeClaim claim) {
        return claim.getSpec().getResources().getRequests().getOrDefault("storage", new Quantity("0"));
    }

    /**
     * What the specification says, completed: a memory limit by the rule of {@link MemorySize}, a memory request equal to it
     * (memory that a data store was promised must be there), and a small request of CPU.
     */
    private static ResourceRequirements resources(RedisSpec spec) {
        var given = spec.resources() == null ? new ResourceRequirements() : spec.resources();
        var limits = new TreeMap<>(orEmpty(given.getLimits()));
        var requests = new TreeMap<>(orEmpty(given.getRequests()));
        limits.putIfAbsent("memory", derivedLimit(spec));
        requests.putIfAbsent("memory", limits.get("memory"));
        requests.putIfAbsent("cpu", CPU_REQUEST);
        return new ResourceRequirementsBuilder(given)
                .withLimits(limits)
                .withRequests(requests)
                .build();
    }

    private static Quantity derivedLimit(RedisSpec spec) {
        return MemorySize.containerLimit(bytes(spec.maxMemory()), live(spec).persists());
    }

    private static Optional<Quantity> memoryLimit(@Nullable ResourceRequirements resources) {
        return Optional.ofNullable(resources)
                .map(given -> orEmpty(given.getLimits()).get("memory"));
    }

    private static Map<String, Quantity> orEmpty(@Nullable Map<String, Quantity> amounts) {
        return amounts == null ? Map.of() : amounts;
    }

    private static long bytes(Quantity quantity) {
        return quantity.getNumericalAmount().longValue();
    }
}
