package dev.redoubt.operator.rotation;

import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.owned.ContentHash;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The plan of a rotation: from what is stored, what is wanted, what is found and what time it is to what is stored next. Each stage is
 * one write of one Secret, and everything else (the ACL file, the server's users, the bindings) is made equal to it, so a rotation can be
 * interrupted anywhere. Each wait counts from what was seen to be done, not from what was meant: after an interruption it begins anew.
 *
 * @param settle how long after the server learned the next passwords clients are given them: until its mounted file has them as well
 * @param grace how long the previous passwords log in after clients were given new ones, less {@code settle} at the worst
 */
public record Rotation(Duration settle, Duration grace) {
    /** Rotations by schedule come up to this part of their interval earlier, each resource's at another moment. */
    private static final double JITTER = 0.1;

    /**
     * What is found before a step.
     *
     * @param knownSince since when the running server has been seen to have exactly the users that the stage asks for; empty if it was not
     * @param handedOut whether the bindings, as far as there are any, have the current passwords
     */
    public record Facts(Optional<Instant> knownSince, boolean handedOut) {}

    /** What is to be stored now; equal to {@code stored} if nothing is due. */
    public StoredCredentials next(
            StoredCredentials stored, Wish wish, Facts facts, Instant now, PasswordGenerator generator) {
        return switch (stored.stage()) {
            case SETTLED -> begin(stored, wish, now, generator);
            case ADDED ->
                facts.knownSince().filter(since -> isOver(since, settle, now)).isPresent()
                        ? stored.publish(now)
                        : stored;
            case PUBLISHED -> {
                // The pass that stored them was interrupted. Not at once: what keeps a pass from ending may last.
                if (!facts.handedOut()) {
                    yield isOver(stored.since(), settle, now) ? stored.publishedOnlyAt(now) : stored;
                }
                yield isOver(stored.since(), grace, now) ? stored.drop(now) : stored;
            }
        };
    }

    private static StoredCredentials begin(
            StoredCredentials stored, Wish wish, Instant now, PasswordGenerator generator) {
        var generates = isAsked(stored, wish)
                || due(stored, wish).filter(at -> !now.isBefore(at)).isPresent();
        var added = new LinkedHashMap<String, Password>();
        stored.current().forEach((user, current) -> {
            if (!wish.owned().contains(user)) {
                if (generates) {
                    added.put(user, generator.password());
                }
            } else {
                Optional.ofNullable(wish.given().get(user))
                        .filter(given -> !given.equals(current))
                        .ifPresent(given -> added.put(user, given));
            }
        });
        var request = isAsked(stored, wish) ? wish.request() : stored.request();
        return added.isEmpty() ? stored : stored.add(added, request, now);
    }

    private static boolean isAsked(StoredCredentials stored, Wish wish) {
        return !wish.request().isEmpty() && !wish.request().equals(stored.request());
    }

    /** When the next rotation begins by schedule, if there is one. */
    public static Optional<Instant> due(StoredCredentials stored, Wish wish) {
        return wish.every().map(every -> stored.rotatedAt()
                .plusMillis((long) (every.toMillis() * (1 - JITTER * spread(stored, wish))))
                .truncatedTo(ChronoUnit.SECONDS));
    }

    /** From 0 to 1, the same for the same rotation of the same resource. */
    private static double spread(StoredCredentials stored, Wish wish) {
        var digits = ContentHash.of(
                Map.of("uid", wish.uid(), "at", stored.rotatedAt().toString()));
        return Integer.parseInt(digits.substring(0, 4), 16) / (double) 0xffff;
    }

    /** When a step is due by time alone; empty if none is, or only once something else has happened. */
    public Optional<Instant> wakeAt(StoredCredentials stored, Wish wish, Optional<Instant> knownSince) {
        return switch (stored.stage()) {
            case SETTLED -> due(stored, wish);
            case ADDED -> knownSince.map(since -> end(since, settle));
            case PUBLISHED -> Optional.of(dropAt(stored));
        };
    }

    /** When the previous passwords log in no more, if nothing comes between. */
    public Instant dropAt(StoredCredentials stored) {
        return end(stored.since(), grace);
    }

    private static boolean isOver(Instant since, Duration time, Instant now) {
        return !now.isBefore(end(since, time));
    }

    /** Stored times are whole seconds, rounded down: one more, so that it is never shorter than it says. */
    private static Instant end(Instant since, Duration time) {
        return since.plus(time).plusSeconds(1);
    }
}
