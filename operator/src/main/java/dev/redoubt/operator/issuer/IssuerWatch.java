package dev.redoubt.operator.issuer;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the API server, at an interval, who issues ServiceAccount tokens and with which keys. A new key is taken over at once. One that is
 * missing is kept for a while: several API servers behind one address do not change their keys in the same moment, and a key must not come
 * and go with the one that happens to answer.
 */
public final class IssuerWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IssuerWatch.class);
    private static final String CONFIGURATION = "/.well-known/openid-configuration";
    private static final String KEYS = "/openid/v1/jwks";

    private final KubernetesClient client;
    private final Duration interval;
    private final Duration keep;
    private final InstantSource clock;
    private final ScheduledExecutorService timer;

    /** When each key was last seen; used by one thread at a time. */
    private final Map<String, Instant> seen = new HashMap<>();

    private volatile State state = new State(Optional.empty(), "The API server was not asked yet.");

    /**
     * What is known.
     *
     * @param keys empty until the API server has answered
     * @param problem why it did not answer last; empty if it did
     */
    public record State(Optional<IssuerKeys> keys, String problem) {}

    /**
     * @param interval between two questions
     * @param keep how long a key is kept that is not there any more
     */
    public IssuerWatch(KubernetesClient client, Duration interval, Duration keep, InstantSource clock) {
        this.client = client;
        this.interval = interval;
        this.keep = keep;
        this.clock = clock;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("issuer").daemon().factory());
    }

    /** What is known now. */
    public State state() {
        return state;
    }

    /**
     * Asks for the first time, and then at the interval.
     *
     * @param changed called when something else is known than before
     */
    public void start(Runnable changed) {
        look(() -> {});
        var _ = timer.scheduleWithFixedDelay(
                () -> look(changed), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look(Runnable changed) {
        try {
            var before = state;
            state = asked(before);
            if (!before.equals(state)) {
                LOG.atInfo()
                        .addKeyValue(
                                "issuer", state.keys().map(IssuerKeys::issuer).orElse(""))
                        .addKeyValue(
                                "keys",
                                state.keys().map(known -> known.keys().keySet()).orElse(java.util.Set.of()))
                        .addKeyValue("problem", state.problem())
                        .log("Keys of ServiceAccount tokens");
                changed.run();
            }
        } catch (RuntimeException e) {
            if (timer.isShutdown()) {
                return;
            }
            // An exception would end the schedule, and with it every later change of the keys.
            LOG.atError()
                    .setCause(e)
                    .log("Asking for the keys of ServiceAccount tokens failed; the next round tries again");
        }
    }

    /** What was known stays known when there is no answer: tokens that were good are good. */
    private State asked(State before) {
        try {
            var answer = IssuerKeys.parse(raw(CONFIGURATION), raw(KEYS));
            return answer.map(served -> new State(Optional.of(withThoseThatJustWent(served, before.keys())), ""))
                    .orElseGet(() -> new State(
                            before.keys(), "%s and %s have no issuer and keys.".formatted(CONFIGURATION, KEYS)));
        } catch (KubernetesClientException e) {
            // No more of it than stays the same: each look may fail in other words, and what changes is written into a
            // status.
            return new State(
                    before.keys(),
                    e.getCode() == 403
                            ? "the operator may not read them. Let every ServiceAccount do so, as Kubernetes does by itself: kubectl create"
                                    + " clusterrolebinding system:service-account-issuer-discovery"
                                    + " --clusterrole=system:service-account-issuer-discovery --group=system:serviceaccounts"
                            : e.getCode() == 0
                                    ? "the API server does not answer."
                                    : "the API server does not answer with them, but with status %d."
                                            .formatted(e.getCode()));
        }
    }

    private String raw(String path) {
        return Objects.requireNonNullElse(client.raw(path), "");
    }

    private IssuerKeys withThoseThatJustWent(IssuerKeys served, Optional<IssuerKeys> before) {
        var now = clock.instant();
        served.keys().keySet().forEach(id -> seen.put(id, now));
        seen.values().removeIf(last -> last.plus(keep).isBefore(now));
        var keys = new HashMap<>(served.keys());
        before.filter(known -> known.issuer().equals(served.issuer()))
                .ifPresent(known -> known.keys().forEach((id, key) -> {
                    if (seen.containsKey(id)) {
                        keys.putIfAbsent(id, key);
                    }
                }));
        return new IssuerKeys(served.issuer(), keys);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
