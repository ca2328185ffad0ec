package dev.redoubt.operator.rotation;

import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.credentials.PasswordGenerator;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The content of a credentials Secret: all that there is to know of a rotation, so that whoever goes on with it, after whatever
 * interruption, goes on from here. Prints no password.
 *
 * @param current the passwords that clients are given, by user
 * @param next those that they will be given once the server knows them; at {@link Stage#ADDED} only
 * @param previous those that they were given before; at {@link Stage#PUBLISHED} only
 * @param rotatedAt when the current ones were made known, or made if they are the first
 * @param since when the stage began
 * @param request the value of the annotation that asked for the last rotation; empty if none did
 */
public record StoredCredentials(
        Map<String, Password> current,
        Map<String, Password> next,
        Map<String, Password> previous,
        Instant rotatedAt,
        Instant since,
        String request) {
    private static final String NEXT = ".next";
    private static final String PREVIOUS = ".previous";
    private static final String ROTATED_AT = "rotation.rotatedAt";
    private static final String SINCE = "rotation.since";
    private static final String REQUEST = "rotation.request";

    /** How far a rotation is. */
    public enum Stage {
        /** There is none. */
        SETTLED,
        /** The server learns the next passwords beside the current ones; clients still get the current ones. */
        ADDED,
        /** Clients get the new passwords; the previous ones still log in. */
        PUBLISHED
    }

    public StoredCredentials {
        current = copy(current);
        next = copy(next);
        previous = copy(previous);
        rotatedAt = rotatedAt.truncatedTo(ChronoUnit.SECONDS);
        since = since.truncatedTo(ChronoUnit.SECONDS);
    }

    private static Map<String, Password> copy(Map<String, Password> passwords) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(passwords));
    }

    /**
     * What {@code data}, the Secret's decoded content, says. Users that it lacks get new passwords; a stored one is never replaced. First
     * passwords are as {@code wish} wants them.
     */
    public static StoredCredentials read(
            Map<String, String> data, Wish wish, Instant now, PasswordGenerator generator) {
        var found = passwords(data, wish, "");
        var first = found.isEmpty();
        var current = new LinkedHashMap<String, Password>();
        for (var user : wish.users()) {
            var known = first ? wish.given().get(user) : found.get(user);
            current.put(user, known == null ? generator.password() : known);
        }
        var rotatedAt = instant(data.get(ROTATED_AT)).orElse(now);
        var previous = passwords(data, wish, PREVIOUS);
        return new StoredCredentials(
                current,
                // Never both: what is to be dropped is dropped first.
                previous.isEmpty() ? passwords(data, wish, NEXT) : Map.of(),
                previous,
                rotatedAt,
                instant(data.get(SINCE)).orElse(rotatedAt),
                first ? wish.request() : data.getOrDefault(REQUEST, ""));
    }

    private static Map<String, Password> passwords(Map<String, String> data, Wish wish, String suffix) {
        var passwords = new LinkedHashMap<String, Password>();
        wish.users()
                .forEach(user -> password(data, user + suffix).ifPresent(password -> passwords.put(user, password)));
        return passwords;
    }

    private static Optional<Password> password(Map<String, String> data, String key) {
        return Optional.ofNullable(data.get(key))
                .filter(stored -> !stored.isBlank())
                .map(Password::new);
    }

    private static Optional<Instant> instant(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Every password of {@code user} in the Secret's content {@code data}, the one that clients are given first. */
    public static Stream<Password> ofUser(Map<String, String> data, String user) {
        return Stream.of("", PREVIOUS, NEXT).flatMap(suffix -> password(data, user + suffix).stream());
    }

    /** The Secret's content. */
    public Map<String, String> data() {
        var data = new TreeMap<String, String>();
        current.forEach((user, password) -> data.put(user, password.plain()));
        next.forEach((user, password) -> data.put(user + NEXT, password.plain()));
        previous.forEach((user, password) -> data.put(user + PREVIOUS, password.plain()));
        data.put(ROTATED_AT, rotatedAt.toString());
        data.put(SINCE, since.toString());
        data.put(REQUEST, request);
        return data;
    }

    public Stage stage() {
        if (!previous.isEmpty()) {
            return Stage.PUBLISHED;
        }
        return next.isEmpty() ? Stage.SETTLED : Stage.ADDED;
    }

    /** The password that clients of {@code user} are given. */
    public Password of(String user) {
        var password = current.get(user);
        if (password == null) {
            throw new IllegalArgumentException("There is no password of user " + user);
        }
        return password;
    }

    /** Those that log in beside the current ones at this stage. */
    public Map<String, Password> others() {
        return next.isEmpty() ? previous : next;
    }

    /** Every password that {@code user} logs in with at this stage, the one that clients are given first. */
    public List<Password> allOf(String user) {
        return Stream.concat(Stream.of(of(user)), Stream.ofNullable(others().get(user)))
                .toList();
    }

    /** The users whose passwords are being replaced, by name. */
    public String replaced() {
        return String.join(", ", others().keySet());
    }

    /** Begins: the passwords {@code added} log in too. */
    StoredCredentials add(Map<String, Password> added, String asked, Instant now) {
        return new StoredCredentials(current, added, Map.of(), rotatedAt, now, asked);
    }

    /** Clients are given the next passwords; those that they had log in too. */
    StoredCredentials publish(Instant now) {
        var published = new LinkedHashMap<>(current);
        published.putAll(next);
        var before = new LinkedHashMap<>(current);
        before.keySet().retainAll(next.keySet());
        return new StoredCredentials(published, Map.of(), before, now, now, request);
    }

    /** Clients could find the current passwords only from now on: the previous ones log in for as long after that. */
    StoredCredentials publishedOnlyAt(Instant now) {
        return new StoredCredentials(current, next, previous, rotatedAt, now, request);
    }

    /** Ends: the previous passwords log in no more. */
    StoredCredentials drop(Instant now) {
        return new StoredCredentials(current, Map.of(), Map.of(), rotatedAt, now, request);
    }
}
