package dev.redoubt.operator.redisuser;

import dev.redoubt.api.v1alpha1.Binding;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.api.v1alpha1.RedisUser;
import dev.redoubt.api.v1alpha1.RedisUserStatus;
import dev.redoubt.operator.acl.Forbidden;
import dev.redoubt.operator.apply.Applied;
import dev.redoubt.operator.apply.Applier;
import dev.redoubt.operator.apply.Cluster;
import dev.redoubt.operator.apply.Informers;
import dev.redoubt.operator.apply.PassGate;
import dev.redoubt.operator.apply.StaleCacheException;
import dev.redoubt.operator.apply.StatusPatch;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.events.EventRecorder;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.Owner;
import dev.redoubt.operator.redis.RedisNames;
import dev.redoubt.operator.redis.RedisUserNames;
import dev.redoubt.operator.redisuser.RedisUserResolver.Resolution;
import dev.redoubt.operator.rotation.Rotation;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.server.ServerCommandException;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerHealth.Silent;
import dev.redoubt.operator.server.ServerHealth.Unknown;
import dev.redoubt.operator.server.ServerId;
import dev.redoubt.operator.server.UserRights;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.status.ApiErrors;
import dev.redoubt.operator.status.Conditions;
import dev.redoubt.operator.status.Pause;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Secret;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a RedisUser: resolve, render, apply, converge, observe. It tries the rights on the running server; that the server has the
 * user is the work of the pass over its Redis, which sees this one's Secret.
 */
public final class RedisUserReconciler implements Reconciler<RedisUser> {
    /** Value of the component label. */
    public static final String COMPONENT = "redis-user";

    /** No watch shows when the server has been told: the pass of its Redis is at it. */
    private static final Duration UNTIL_TOLD = Duration.ofSeconds(1);

    private static final Duration RECHECK = Duration.ofSeconds(30);

    /** A step that is due already. */
    private static final Duration NEXT_STEP = Duration.ofSeconds(1);

    private final RedisServers servers;
    private final RedisUserResolver resolver;
    private final String clusterDomain;
    private final Applier applier;
    private final StatusPatch statusPatch;
    private final PassGate gate;
    private final EventRecorder events;
    private final Clock clock;
    private final SeenUsers seen;

    // Set once by the framework, before the first pass.
    private @Nullable Caches caches;

    private RedisUserReconciler(
            OperatorSettings settings,
            Cluster cluster,
            PasswordGenerator passwords,
            RedisServers servers,
            Clock clock) {
        this.servers = servers;
        this.clusterDomain = settings.clusterDomain();
        this.resolver = new RedisUserResolver(
                clusterDomain,
                passwords,
                new Rotation(
                        settings.credentials().propagation(),
                        settings.credentials().grace()));
        this.applier = new Applier(cluster);
        this.statusPatch = new StatusPatch(cluster);
        this.gate = cluster.gate();
        this.events = cluster.events();
        this.clock = clock;
        this.seen = new SeenUsers(servers, clock);
    }

    /** A reconciler that is ready to be registered. */
    public static RedisUserReconciler create(
            OperatorSettings settings,
            Cluster cluster,
            PasswordGenerator passwords,
            RedisServers servers,
            Clock clock) {
        return new RedisUserReconciler(settings, cluster, passwords, servers, clock);
    }

    private record Caches(Informers<RedisUser> owned, RedisUserReferents referents) {}

    /**
     * What a pass found.
     *
     * @param bound whether the binding Secret is there
     * @param rules that the server has; empty if it was not asked
     * @param again when to look again, where no watch shows a change
     */
    private record Outcome(Verdict verdict, boolean bound, Optional<String> rules, Optional<Duration> again) {
        static Outcome of(Verdict verdict) {
            return new Outcome(verdict, false, Optional.empty(), Optional.empty());
        }

        Outcome withBinding() {
            return new Outcome(verdict, true, rules, again);
        }

        Outcome withAgain(Duration time) {
            var sooner = again.filter(first -> first.compareTo(time) < 0).orElse(time);
            return new Outcome(verdict, bound, rules, Optional.of(sooner));
        }
    }

    @Override
    public List<EventSource<?, RedisUser>> prepareEventSources(EventSourceContext<RedisUser> context) {
        var prepared = new Caches(
                Informers.of(context, Labels.REDIS_USER, List.of(Secret.class)), new RedisUserReferents(context));
        caches = prepared;
        var sources = new ArrayList<>(prepared.owned().eventSources());
        sources.addAll(prepared.referents().eventSources());
        return sources;
    }

    private Caches caches() {
        return Objects.requireNonNull(caches, "the framework prepares event sources before the first pass");
    }

    @Override
    public UpdateControl<RedisUser> reconcile(RedisUser user, Context<RedisUser> context) {
        return gate.pass(user, () -> openPass(user, context));
    }

    private UpdateControl<RedisUser> openPass(RedisUser user, Context<RedisUser> context) {
        events.recordPause(user, previousConditions(user));
        var outcome = pass(user, context);
        events.recordTurn(user, Conditions.find(previousConditions(user), Conditions.READY), outcome.verdict());
        statusPatch.write(user, status(user, outcome), new RedisUser(), context);
        UpdateControl<RedisUser> control = UpdateControl.noUpdate();
        outcome.again().ifPresent(control::rescheduleAfter);
        return control;
    }

    private Outcome pass(RedisUser user, Context<RedisUser> context) {
        var referents = caches().referents();
        var standing = referents.standing(user);
        var onServer = seen.find(user, names(user).server(0), standing);
        if (Pause.isSet(user)) {
            return look(user, onServer);
        }
        var owner = Owner.of(user, COMPONENT, Labels.REDIS_USER);
        var resolution = resolver.resolve(
                owner, user, standing, referents.of(user, caches().owned(), onServer), clock.instant());
        return switch (resolution) {
            // No watch shows a Secret that comes without the label.
            case Resolution.Refused(var verdict) ->
                verdict.reason() == Reason.SecretNotFound
                        ? Outcome.of(verdict).withAgain(RECHECK)
                        : Outcome.of(verdict);
            case Resolution.Resolved(var model) -> carryOut(user, model, onServer, context);
        };
    }

    private RedisNames names(RedisUser user) {
        return new RedisNames(
                user.getSpec().redisRef().name(), user.getMetadata().getNamespace(), clusterDomain);
    }

    private Outcome carryOut(
            RedisUser user, RedisUserModel model, Optional<SeenUser> onServer, Context<RedisUser> context) {
        var existed = previousBinding(user).isPresent();
        var applied = applier.apply(model.owner(), RedisUserSecrets.render(model), caches().owned(), context);
        return switch (applied) {
            // No watch shows when somebody else's object goes.
            case Applied.Blocked(var verdict) -> Outcome.of(verdict).withAgain(RECHECK);
            case Applied.Done(var written) -> {
                if (!written.isEmpty()) {
                    var reason = existed ? EventReason.ObjectsChanged : EventReason.Created;
                    events.record(user, reason, String.join(", ", written) + ".");
                }
                var outcome =
                        converge(user, model, onServer.map(SeenUser::rights)).withBinding();
                yield model.passwords().isReplaced() ? outcome.withAgain(untilStep(model.passwords())) : outcome;
            }
        };
    }

    /** How long until the next step of a rotation. It has a time once the server was seen to have been told of this one. */
    private Duration untilStep(UserPasswords passwords) {
        return passwords
                .nextStep()
                .map(at -> Duration.between(clock.instant(), at))
                .map(left -> left.isPositive() ? left : NEXT_STEP)
                .orElse(RECHECK);
    }

    /** Tries the rights, and judges what the server has. */
    private Outcome converge(RedisUser user, RedisUserModel model, Optional<UserRights> onServer) {
        var redis = caches().referents().redisOf(user);
        var unreached = unreached(user, model.server(), redis);
        if (unreached.isPresent()) {
            return unreached.get();
        }
        try {
            var tried = servers.tryRules(model.server(), model.rules(), Forbidden.commands());
            if (!tried.areHarmless()) {
                return Outcome.of(RedisUserReadiness.refused(model.owner().name(), tried));
            }
            var verdict = RedisUserReadiness.of(model, tried.rights(), onServer, redis);
            var outcome = new Outcome(verdict, true, Optional.of(model.rules()), Optional.empty());
            return verdict.reason() == Reason.UserPending ? outcome.withAgain(UNTIL_TOLD) : outcome;
        } catch (ServerCommandException e) {
            return Outcome.of(Verdict.notReady(
                            Reason.WaitingForRedis,
                            "Redis " + model.redis() + " could not be asked: " + e.getMessage()))
                    .withAgain(RECHECK);
        }
    }

    /** What can be said while the server does not answer; empty if it does. */
    private Optional<Outcome> unreached(RedisUser user, ServerId server, Optional<Redis> redis) {
        return switch (servers.health(server)) {
            case Answering _ -> Optional.empty();
            case Silent _ -> Optional.of(Outcome.of(RedisUserReadiness.silent(server.redis(), redis)));
            case Unknown _ ->
                Optional.of(Outcome.of(
                                redis.isEmpty()
                                        ? RedisUserReadiness.silent(server.redis(), redis)
                                        : RedisUserReadiness.untried(server.redis(), previousConditions(user)))
                        .withAgain(UNTIL_TOLD));
        };
    }

    /** What can be said of a user that is paused, without touching anything: whether the server has it. */
    private Outcome look(RedisUser user, Optional<SeenUser> onServer) {
        var name = user.getMetadata().getName();
        var server = names(user).server(0);
        return unreached(user, server, caches().referents().redisOf(user))
                .orElseGet(() -> Outcome.of(
                        onServer.isPresent()
                                ? Verdict.ready("Redis %s has user %s.".formatted(server.redis(), name))
                                : Verdict.notReady(
                                        Reason.Paused,
                                        "Redis %s has no user %s, and nothing is made while the RedisUser is paused."
                                                .formatted(server.redis(), name))));
    }

    private static List<Condition> previousConditions(RedisUser user) {
        return user.getStatus() == null ? List.of() : user.getStatus().conditions();
    }

    private static Optional<Binding> previousBinding(RedisUser user) {
        return Optional.ofNullable(user.getStatus()).map(RedisUserStatus::binding);
    }

    private RedisUserStatus status(RedisUser user, Outcome outcome) {
        var previous = Optional.ofNullable(user.getStatus());
        var generation = Pause.generation(
                user, previous.map(RedisUserStatus::observedGeneration).orElse(null));
        var bound = outcome.bound() || previousBinding(user).isPresent();
        return new RedisUserStatus(
                generation,
                Conditions.of(user, outcome.verdict(), previousConditions(user), generation, clock.instant()),
                bound
                        ? new Binding(
                                RedisUserNames.bindingSecret(user.getMetadata().getName()))
                        : null,
                outcome.verdict().ready()
                        ? outcome.rules()
                                .or(() -> previous.map(RedisUserStatus::rules))
                                .orElse(null)
                        : previous.map(RedisUserStatus::rules).orElse(null));
    }

    @Override
    public ErrorStatusUpdateControl<RedisUser> updateErrorStatus(
            RedisUser user, Context<RedisUser> context, Exception error) {
        if (error instanceof StaleCacheException) {
            return ErrorStatusUpdateControl.noStatusUpdate();
        }
        var outcome =
                Outcome.of(ApiErrors.verdict(error, Conditions.isTrue(previousConditions(user), Conditions.READY)));
        statusPatch.write(user, status(user, outcome), new RedisUser(), context);
        return ErrorStatusUpdateControl.noStatusUpdate();
    }
}
