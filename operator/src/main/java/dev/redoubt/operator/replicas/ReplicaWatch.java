package dev.redoubt.operator.replicas;

import dev.redoubt.operator.replicas.ReplicaAnswer.Silent;
import dev.redoubt.operator.replicas.ReplicaAnswer.Told;
import dev.redoubt.operator.settings.OperatorSettings.CacheServices;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every replica of a cache service, in the background and at an interval, whether its configuration is in effect. Who wants to know
 * is told when one says something else than before. Nothing waits for an answer, so a hanging replica holds up none but itself.
 *
 * <p>One lost answer says nothing; a replica that gives none twice in a row is silent.
 */
public final class ReplicaWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaWatch.class);
    private static final String PATH = "/configuration";
    /** The longest message of the service is far shorter; whoever sends more is no cache service. */
    private static final int MAX_BODY = 64 * 1024;

    /** The replicas of each service that exists. */
    private final Map<ResourceID, Set<Replica>> followed = new ConcurrentHashMap<>();
    /** Of the replicas that are followed. */
    private final Map<Replica, Seen> seen = new ConcurrentHashMap<>();

    private final CacheServices settings;
    private final int port;
    private final HttpClient http;
    private final ScheduledExecutorService timer;

    private volatile Consumer<ResourceID> changed = _ -> {};
    private volatile Predicate<ResourceID> wanted = _ -> true;

    /**
     * @param latest empty while it was not asked often enough to say
     * @param missed answers in a row
     */
    private record Seen(Optional<ReplicaAnswer> latest, int missed) {
        private static final Seen NOTHING = new Seen(Optional.empty(), 0);

        Seen next(ReplicaAnswer answer) {
            return switch (answer) {
                case Told _ -> new Seen(Optional.of(answer), 0);
                case Silent _ when missed == 0 -> new Seen(latest, 1);
                case Silent _ -> new Seen(Optional.of(answer), 2);
            };
        }
    }

    /** @param port on which a replica answers */
    public ReplicaWatch(CacheServices settings, int port) {
        this.settings = settings;
        this.port = port;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                // A replica is next door: a proxy of the operator's environment does not know it.
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(settings.timeout())
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("replicas").daemon().factory());
    }

    /**
     * Starts to ask.
     *
     * @param changed hears of each service of which a replica says something else than before; it must not block
     * @param wanted whether a service still exists; one that does not is forgotten
     */
    public void start(Consumer<ResourceID> changed, Predicate<ResourceID> wanted) {
        this.changed = changed;
        this.wanted = wanted;
        var interval = settings.lookInterval().toMillis();
        var _ = timer.scheduleWithFixedDelay(this::lookAtAll, interval, interval, TimeUnit.MILLISECONDS);
    }

    /** From now on {@code service} has these replicas; one that is new is asked at once. */
    public void follow(ResourceID service, List<Replica> replicas) {
        var now = Set.copyOf(replicas);
        var before = followed.put(service, now);
        now.stream()
                .filter(replica -> before == null || !before.contains(replica))
                .forEach(this::look);
    }

    /** What {@code replica} said last; empty while that is not known. */
    public Optional<ReplicaAnswer> latest(Replica replica) {
        return seen.getOrDefault(replica, Seen.NOTHING).latest();
    }

    private void lookAtAll() {
        try {
            followed.keySet().removeIf(service -> !wanted.test(service));
            var all = new HashSet<Replica>();
            followed.values().forEach(all::addAll);
            seen.keySet().retainAll(all);
            all.forEach(this::look);
        } catch (RuntimeException e) {
            // An exception would end the schedule, and with it all looks at every replica.
            LOG.atError().setCause(e).log("Asking for the replicas' configuration failed; the next round tries again");
        }
    }

    private void look(Replica replica) {
        var request =
                HttpRequest.newBuilder(uri(replica)).timeout(settings.timeout()).build();
        var _ = http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), MAX_BODY))
                .whenComplete((response, failure) -> heard(replica, answer(replica, response, failure)));
    }

    private ReplicaAnswer answer(
            Replica replica, @Nullable HttpResponse<String> response, @Nullable Throwable failure) {
        if (response != null) {
            return ReplicaAnswer.parse(response.statusCode(), response.body());
        }
        LOG.atDebug().addKeyValue("replica", replica).setCause(failure).log("A replica did not answer");
        return new Silent("does not answer on port " + port);
    }

    private void heard(Replica replica, ReplicaAnswer answer) {
        if (!followed.getOrDefault(replica.service(), Set.of()).contains(replica)) {
            return;
        }
        var before = latest(replica);
        var after = seen.merge(replica, Seen.NOTHING.next(answer), (known, _) -> known.next(answer))
                .latest();
        if (!before.equals(after)) {
            changed.accept(replica.service());
        }
    }

    private URI uri(Replica replica) {
        try {
            return new URI("http", null, replica.address(), port, PATH, null, null);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("The kubelet gave pod " + replica.pod() + " an address that is none", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        http.shutdownNow();
    }
}
