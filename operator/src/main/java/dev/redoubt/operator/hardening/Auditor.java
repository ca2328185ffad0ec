package dev.redoubt.operator.hardening;

import dev.redoubt.api.v1alpha1.ControlState;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.server.RedisServers.Dialled;
import dev.redoubt.operator.server.ServerCommandException;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerId;
import dev.redoubt.operator.settings.OperatorSettings.Hardening;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every running server again and again, in the background: after each change and at an interval. Who wants to know is told when
 * it sees something else than the last time. As many looks run at once as the settings say; one server is looked at by one
 * of them, and a hanging one holds up none but its own.
 */
public final class Auditor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Auditor.class);

    private final Map<ServerId, Subject> subjects = new ConcurrentHashMap<>();
    private final RedisServers servers;
    private final Hardening settings;
    private final Clock clock;
    private final MeterRegistry metrics;
    private final ScheduledExecutorService timer;
    private final ExecutorService workers;
    private final Semaphore permits;

    private volatile Consumer<ServerId> listener = _ -> {};
    private volatile Predicate<ServerId> wanted = _ -> true;
    private volatile Function<ServerId, String> events = _ -> "";

    /** One server, how it has to be, and what was last seen of it. */
    private static final class Subject {
        private final AtomicBoolean busy = new AtomicBoolean();
        private final AtomicBoolean again = new AtomicBoolean();
        private volatile Expected expected;
        private volatile @Nullable Audit latest;
        private volatile @Nullable Sweep sweep;
        private volatile @Nullable HardeningReport report;

        Subject(Expected expected) {
            this.expected = expected;
        }
    }

    /** What is looked at more seldom. */
    private record Sweep(Instant at, String events) {}

    public Auditor(RedisServers servers, Hardening settings, Clock clock, MeterRegistry metrics) {
        this.servers = servers;
        this.settings = settings;
        this.clock = clock;
        this.metrics = metrics;
        this.permits = new Semaphore(settings.concurrency());
        this.workers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("audit-", 0).factory());
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("auditor").daemon().factory());
        for (var control : Control.values()) {
            for (var state : ControlState.values()) {
                Gauge.builder("redoubt.hardening.controls", this, auditor -> auditor.count(control, state))
                        .description("Redises whose control is in this state")
                        .tags("control", control.id(), "name", control.title(), "state", state.value())
                        .register(metrics);
            }
        }
    }

    private long count(Control control, ControlState state) {
        return subjects.values().stream()
                .map(subject -> subject.report)
                .filter(report ->
                        report != null && report.in(state).stream().anyMatch(finding -> finding.control() == control))
                .count();
    }

    /**
     * Starts to look.
     *
     * @param listener hears of each server of which something else was seen than before; it must not block
     * @param wanted whether a server's Redis still exists; one that does not is forgotten
     * @param events what the Events of a server's pod say
     */
    public void start(Consumer<ServerId> listener, Predicate<ServerId> wanted, Function<ServerId, String> events) {
        this.listener = listener;
        this.wanted = wanted;
        this.events = events;
        var interval = settings.serverInterval().toMillis();
        var _ = timer.scheduleWithFixedDelay(this::lookAtAll, interval, interval, TimeUnit.MILLISECONDS);
    }

    /** What was last seen of a server that has to be as {@code expected}; empty until it was looked at with that in mind. */
    public Optional<Audit> latest(ServerId id, Expected expected) {
        var subject = subjects.computeIfAbsent(id, _ -> new Subject(expected));
        subject.expected = expected;
        var latest = Optional.ofNullable(subject.latest)
                .filter(audit -> audit.expected().equals(expected));
        if (latest.isEmpty()) {
            lookAt(id, subject);
        }
        return latest;
    }

    /** Something was changed: the server is looked at again, at once. */
    public void again(ServerId id) {
        var subject = subjects.get(id);
        if (subject != null) {
            lookAt(id, subject);
        }
    }

    /** A server is not looked at any more, until somebody asks what was seen of it. */
    public void forget(ServerId id) {
        subjects.remove(id);
    }

    /** Notes what was said of a server's Redis, for the metrics. */
    public void reported(ServerId id, HardeningReport report) {
        var subject = subjects.get(id);
        if (subject != null) {
            subject.report = report;
        }
    }

    /** Counts that a control was found broken. */
    public void fell(Control control) {
        metrics.counter("redoubt.hardening.failures", "control", control.id()).increment();
    }

    /** Counts that something was put right for a control. */
    public void repaired(Control control) {
        metrics.counter("redoubt.hardening.repairs", "control", control.id()).increment();
    }

    private void lookAtAll() {
        try {
            subjects.forEach((id, subject) -> {
                if (!wanted.test(id)) {
                    subjects.remove(id);
                } else if (servers.health(id) instanceof Answering) {
                    lookAt(id, subject);
                }
            });
        } catch (RuntimeException e) {
            // An exception would end the schedule, and with it all looks at every server.
            LOG.atError().setCause(e).log("Looking at the servers failed; the next round tries again");
        }
    }

    private void lookAt(ServerId id, Subject subject) {
        subject.again.set(true);
        if (subject.busy.compareAndSet(false, true)) {
            var _ = workers.submit(() -> work(id, subject));
        }
    }

    /** Looks until nobody has asked for a further look meanwhile. */
    private void work(ServerId id, Subject subject) {
        try {
            while (subject.again.getAndSet(false)) {
                permits.acquire();
                try {
                    look(id, subject);
                } finally {
                    permits.release();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            subject.busy.set(false);
        }
        if (subject.again.get() && !workers.isShutdown()) {
            lookAt(id, subject);
        }
    }

    /** Looks at a server now, and waits for what is seen. */
    public Audit look(ServerId id, Expected expected) {
        return audit(id, expected, subjects.computeIfAbsent(id, _ -> new Subject(expected)));
    }

    private void look(ServerId id, Subject subject) {
        var before = subject.latest;
        var seen = audit(id, subject.expected, subject);
        subject.latest = seen;
        metrics.counter("redoubt.hardening.looks").increment();
        if (!seen.equals(before)) {
            listener.accept(id);
        }
    }

    private Audit audit(ServerId id, Expected expected, Subject subject) {
        // Where the policy is enforced this takes as long as the timeout, so it goes beside the questions.
        var dialled = CompletableFuture.supplyAsync(() -> servers.dial(id, settings.forbiddenPort()), workers);
        try {
            var facts = servers.interrogate(id, ServerControls.questions(expected));
            return Audit.of(expected, facts, List.of(network(dialled.join())), events(id, subject));
        } catch (ServerCommandException e) {
            LOG.atWarn()
                    .addKeyValue("server", id)
                    .addKeyValue("cause", e.getMessage())
                    .log("A server could not be looked at");
            return Audit.failed(expected, "The server does not answer the probe.");
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("server", id).setCause(e).log("A look at a server failed");
            return Audit.failed(expected, "The probe failed; the operator's log says why.");
        }
    }

    private String events(ServerId id, Subject subject) {
        var last = subject.sweep;
        if (last != null && last.at().plus(settings.sweepInterval()).isAfter(clock.instant())) {
            return last.events();
        }
        var next = new Sweep(clock.instant(), events.apply(id));
        subject.sweep = next;
        return next.events();
    }

    /**
     * Nothing listens on that port: where packets get through, the pod's kernel refuses at once; where a policy is enforced, they are
     * dropped.
     */
    private Finding network(Dialled dialled) {
        var port = settings.forbiddenPort();
        return switch (dialled) {
            case NO_ANSWER ->
                Finding.enforced(
                        Control.NETWORK_ISOLATED,
                        "The NetworkPolicy is in place, and packets to port " + port
                                + ", which it forbids, are dropped.");
            case CONNECTED, REFUSED ->
                Finding.failed(
                        Control.NETWORK_ISOLATED,
                        "Packets to port " + port
                                + ", which the NetworkPolicy forbids, reach the pod: the cluster's network"
                                + " does not enforce NetworkPolicies. Install a network plugin that does.");
        };
    }

    @Override
    public void close() {
        timer.shutdownNow();
        workers.shutdownNow();
    }
}
