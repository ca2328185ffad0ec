package dev.redoubt.cache.mode;

import dev.redoubt.cache.redis.LinkFailure;
import dev.redoubt.cache.redis.LinkView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mode of one Redis, from what its connections tell. It decides nothing about requests, each connection does that by itself and at
 * once; it says in one word, one log line per change and one gauge what requests feel. From any thread.
 */
public final class LinkMode {

    private static final Logger LOG = LoggerFactory.getLogger(LinkMode.class);

    /** How long a failure that has passed makes it suspect. */
    private static final Duration SUSPICION = Duration.ofSeconds(10);

    private final String name;
    private final List<Affected> all;
    private final List<Affected> written;
    private final Clock clock;
    private final Map<Mode, Duration> spent = new EnumMap<>(Mode.class);
    private ModeView view;

    /**
     * @param name of the link, for logs
     * @param all what an outage affects
     * @param clock only for how long something is so
     */
    public LinkMode(String name, List<Affected> all, Clock clock) {
        this.name = name;
        this.all = List.copyOf(all);
        this.written = all.stream().filter(one -> one != Affected.reads).toList();
        this.clock = clock;
        this.view = new ModeView(Mode.DEGRADED, clock.instant(), "the first connection is being made", this.all);
    }

    /** The mode as it was last told. */
    public synchronized ModeView view() {
        return view;
    }

    /** For how long it has been in that mode, all times together. */
    public synchronized Duration spent(Mode mode) {
        Duration before = spent.getOrDefault(mode, Duration.ZERO);
        return view.mode() == mode ? before.plus(Duration.between(view.since(), clock.instant())) : before;
    }

    /**
     * Works the mode out anew. To be called whenever a connection changes, and a few times a second, because suspicion passes.
     *
     * @param connections one for each event loop
     * @param waiting deletes that are still to be carried out
     * @param suspectedAt when a command last was not answered in time, or a connection was lost; null = never
     */
    public synchronized ModeView update(List<LinkView> connections, int waiting, @Nullable Instant suspectedAt) {
        Instant now = clock.instant();
        ModeView next = next(connections, waiting, suspectedAt, now);
        if (next.mode() != view.mode()) {
            spent.merge(view.mode(), Duration.between(view.since(), now), Duration::plus);
            say(view, next, now);
            view = next;
        } else {
            view = new ModeView(next.mode(), view.since(), next.why(), next.affected());
        }
        return view;
    }

    private ModeView next(List<LinkView> connections, int waiting, @Nullable Instant suspectedAt, Instant now) {
        LinkView down = first(connections, view -> !view.up());
        long usable = connections.stream().filter(LinkView::up).count();
        if (down != null && usable == 0) {
            return new ModeView(Mode.DEGRADED, now, message(down.failure()), all);
        }
        if (down != null) {
            // On the way up the other loops are about to have their connections, too.
            boolean recovering = view.mode() == Mode.DEGRADED || view.mode() == Mode.RECOVERING;
            return new ModeView(recovering ? Mode.RECOVERING : Mode.SUSPECT, now, message(down.failure()), all);
        }
        LinkView refusing = first(connections, view -> view.writesRefused() != null);
        if (refusing != null && refusing.writesRefused() != null) {
            LinkFailure why = refusing.writesRefused();
            return new ModeView(
                    Mode.DEGRADED,
                    now,
                    message(why),
                    // A full Redis deletes: that is what frees memory.
                    why.reason() == LinkFailure.Reason.MemoryFull
                            ? written.stream()
                                    .filter(one -> one != Affected.deletes)
                                    .toList()
                            : written);
        }
        if (waiting > 0) {
            return new ModeView(Mode.RECOVERING, now, waiting + " deletes are still to be carried out", List.of());
        }
        if (suspectedAt != null
                && suspectedAt.plus(SUSPICION).isAfter(now)
                && view.mode() != Mode.DEGRADED
                && view.mode() != Mode.RECOVERING) {
            return new ModeView(Mode.SUSPECT, now, "some commands were not answered in time", List.of());
        }
        return new ModeView(Mode.NORMAL, now, null, List.of());
    }

    private void say(ModeView before, ModeView next, Instant now) {
        if (next.mode() == Mode.NORMAL) {
            LOG.atInfo()
                    .addKeyValue("redoubt.link.name", name)
                    .addKeyValue("redoubt.mode", next.mode().name())
                    .log(
                            "Redis \"{}\" is {} again, after {} s {}",
                            name,
                            next.mode(),
                            Duration.between(before.since(), now).toSeconds(),
                            before.mode());
        } else {
            LOG.atWarn()
                    .addKeyValue("redoubt.link.name", name)
                    .addKeyValue("redoubt.mode", next.mode().name())
                    .log(
                            "Redis \"{}\" is {}: {}{}",
                            name,
                            next.mode(),
                            next.why(),
                            next.affected().isEmpty() ? "" : "; affected: " + next.affected());
        }
    }

    private static @Nullable LinkView first(List<LinkView> views, java.util.function.Predicate<LinkView> is) {
        return views.stream().filter(is).findFirst().orElse(null);
    }

    private static @Nullable String message(@Nullable LinkFailure failure) {
        return failure == null ? null : failure.message();
    }
}
