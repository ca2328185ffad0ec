package dev.redoubt.operator.memory;

import dev.redoubt.operator.redisconf.LiveSettings;
import dev.redoubt.operator.server.Figures;
import dev.redoubt.operator.server.RedisServers;
import dev.redoubt.operator.server.ServerCommandException;
import dev.redoubt.operator.server.ServerHealth.Answering;
import dev.redoubt.operator.server.ServerHealth.Silent;
import dev.redoubt.operator.server.ServerHealth.Unknown;
import dev.redoubt.operator.server.ServerId;
import dev.redoubt.operator.settings.OperatorSettings.Memory;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every server that answers how its memory is, whether its writes get onto its volume, and what its live parameters are, in the
 * background and at an interval. Who wants to know is told when the judgement is another one; figures that waver are none of anybody's
 * business. Nothing waits for an answer, so a hanging server holds up none but itself.
 */
public final class MemoryWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);

    /** Bounded by the number of servers: what is not wanted, or does not answer, goes at the next round. */
    private final Map<ServerId, MemoryJudgement> judgements = new ConcurrentHashMap<>();

    /** What else was seen at the last look; bounded likewise. */
    private final Map<ServerId, Seen> seen = new ConcurrentHashMap<>();

    private final RedisServers servers;
    private final Memory settings;
    private final InstantSource clock;
    private final ScheduledExecutorService timer;

    private volatile Consumer<ServerId> listener = _ -> {};
    private volatile Consumer<ServerId> drifted = _ -> {};
    private volatile Predicate<ServerId> wanted = _ -> true;

    private record Seen(WriteState writes, Map<String, String> parameters) {}

    public MemoryWatch(RedisServers servers, Memory settings, InstantSource clock) {
        this.servers = servers;
        this.settings = settings;
        this.clock = clock;
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("memory").daemon().factory());
    }

    /**
     * Starts to ask.
     *
     * @param listener hears of each server whose memory or writes are judged otherwise than before, on a network thread: it must not block
     * @param drifted likewise, of each whose live parameters are others than at the last look, whoever set them
     * @param wanted whether a server's Redis still exists; one that does not is forgotten
     */
    public void start(Consumer<ServerId> listener, Consumer<ServerId> drifted, Predicate<ServerId> wanted) {
        this.listener = listener;
        this.drifted = drifted;
        this.wanted = wanted;
        var interval = settings.interval().toMillis();
        var _ = timer.scheduleWithFixedDelay(this::lookAtAll, interval, interval, TimeUnit.MILLISECONDS);
    }

    /**
     * How the memory of a server is.
     *
     * @param said what was said of it last: where this process has not asked yet, the judgement goes on from there
     * @return empty while there is no answer yet: then what was said last holds
     */
    public Optional<MemoryState> latest(ServerId id, MemoryState said) {
        return switch (servers.health(id)) {
            case Answering _ -> judged(id, said);
            case Silent _ -> Optional.of(MemoryState.UNKNOWN);
            case Unknown() -> Optional.empty();
        };
    }

    /** Whether a server's writes get onto its volume; empty while that is not known yet. It is asked together with its memory. */
    public Optional<WriteState> writes(ServerId id) {
        return switch (servers.health(id)) {
            case Answering _ -> Optional.ofNullable(seen.get(id)).map(Seen::writes);
            case Silent _ -> Optional.of(WriteState.UNKNOWN);
            case Unknown() -> Optional.empty();
        };
    }

    private Optional<MemoryState> judged(ServerId id, MemoryState said) {
        var state = judgements
                .computeIfAbsent(id, _ -> MemoryJudgement.before(said))
                .state();
        if (state.isEmpty()) {
            look(id);
        }
        return state;
    }

    private void lookAtAll() {
        try {
            judgements.keySet().removeIf(id -> !wanted.test(id) || !(servers.health(id) instanceof Answering));
            seen.keySet().retainAll(judgements.keySet());
            judgements.keySet().forEach(this::look);
        } catch (RuntimeException e) {
            // An exception would end the schedule, and with it all looks at every server.
            LOG.atError().setCause(e).log("Asking for the servers' memory failed; the next round tries again");
        }
    }

    private void look(ServerId id) {
        try {
            var _ = servers.figures(id, LiveSettings.NAMES).whenComplete((figures, failure) -> {
                if (failure == null) {
                    judge(id, figures);
                } else {
                    unanswered(id, failure);
                }
            });
        } catch (ServerCommandException e) {
            unanswered(id, e);
        }
    }

    /** The pinger tells of a server that stays silent; one lost answer is asked for again. */
    private static void unanswered(ServerId id, Throwable failure) {
        LOG.atDebug().addKeyValue("server", id).setCause(failure).log("A server did not say how its memory is");
    }

    private void judge(ServerId id, Figures figures) {
        var memory = MemoryFigures.parse(figures.info())
                .filter(found -> isNews(id, found))
                .isPresent();
        var now = new Seen(WriteState.of(figures.info()), figures.parameters());
        var before = judgements.containsKey(id) ? seen.put(id, now) : now;
        if (before != null && !before.parameters().equals(now.parameters())) {
            drifted.accept(id);
        }
        if (memory || before == null || before.writes() != now.writes()) {
            listener.accept(id);
        }
    }

    private boolean isNews(ServerId id, MemoryFigures figures) {
        var before = judgements.get(id);
        if (before == null) {
            return false;
        }
        var after = before.next(figures, clock.instant(), settings.evictionsPerSecond());
        // Two answers at once: the one that came first has been judged.
        if (!judgements.replace(id, before, after) || Objects.equals(before.state(), after.state())) {
            return false;
        }
        LOG.atInfo()
                .addKeyValue("server", id)
                .addKeyValue("memory", after.state())
                .addKeyValue("figures", figures)
                .log("Memory of a server is judged anew");
        return true;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
