package dev.redoubt.operator.rotation;

import dev.redoubt.operator.acl.AclUser;
import dev.redoubt.operator.acl.Credentials;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.credentials.PasswordGenerator;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The content of the credentials Secret: all that there is to know of a rotation, so that whoever goes on with it, after whatever
 * interruption, goes on from here. Prints no password.
 *
 * @param current the passwords that clients are given
 * @param next those that they will be given once the server knows them; at {@link Stage#ADDED} only
 * @param previous those that they were given before; at {@link Stage#PUBLISHED} only
 * @param rotatedAt when the current ones were made known, or made if they are the first
 * @param since when the stage began
 * @param request the value of the annotation that asked for the last rotation; empty if none did
 */
public record StoredCredentials(
        Map<AclUser, Password> current,
        Map<AclUser, Password> next,
        Map<AclUser, Password> previous,
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

    private static Map<AclUser, Password> copy(Map<AclUser, Password> passwords) {
        var copy = new EnumMap<AclUser, Password>(AclUser.class);
        copy.putAll(passwords);
        return Collections.unmodifiableMap(copy);
    }

    /**
     * What {@code data}, the Secret's decoded content, says. Users that it lacks get new passwords; a stored one is never replaced. First
     * passwords are as {@code wish} wants them.
     */
    public static StoredCredentials read(
            Map<String, String> data, Wish wish, Instant now, PasswordGenerator generator) {
        var current = passwords(data, "");
        var first = current.isEmpty();
        if (first) {
            wish.given().ifPresent(given -> current.put(AclUser.APP, given));
        }
        Arrays.stream(AclUser.values())
                .filter(AclUser::hasPassword)
                .forEach(user -> current.computeIfAbsent(user, _ -> generator.password()));
        var rotatedAt = instant(data.get(ROTATED_AT)).orElse(now);
        var previous = passwords(data, PREVIOUS);
        return new StoredCredentials(
                current,
                // Never both: what is to be dropped is dropped first.
                previous.isEmpty() ? passwords(data, NEXT) : Map.of(),
                previous,
                rotatedAt,
                instant(data.get(SINCE)).orElse(rotatedAt),
                first ? wish.request() : data.getOrDefault(REQUEST, ""));
    }

    private static Map<AclUser, Password> passwords(Map<String, String> data, String suffix) {
        var passwords = new EnumMap<AclUser, Password>(AclUser.class);
        for (var user : AclUser.values()) {
            var stored = data.get(user.userName() + suffix);
            if (user.hasPassword() && stored != null && !stored.isBlank()) {
                passwords.put(user, new Password(stored));
            }
        }
        return passwords;
    }

    private static Optional<Instant> instant(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Every password of {@code user} in the Secret's content {@code data}, the one that clients are given first. */
    public static Stream<Password> ofUser(Map<String, String> data, AclUser user) {
        return Stream.of("", PREVIOUS, NEXT)
                .flatMap(suffix -> Optional.ofNullable(data.get(user.userName() + suffix)).stream())
                .filter(stored -> !stored.isBlank())
                .map(Password::new);
    }

    /** The Secret's content. */
    public Map<String, String> data() {
        var data = new TreeMap<String, String>();
        current.forEach((user, password) -> data.put(user.userName(), password.plain()));
        next.forEach((user, password) -> data.put(user.userName() + NEXT, password.plain()));
        previous.forEach((user, password) -> data.put(user.userName() + PREVIOUS, password.plain()));
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

    /** The passwords that log in at this stage. */
    public Credentials credentials() {
        return new Credentials(current, next.isEmpty() ? previous : next);
    }

    /** The users whose passwords are being replaced, by name. */
    public String replaced() {
        return Stream.of(next, previous)
                .flatMap(passwords -> passwords.keySet().stream())
                .map(AclUser::userName)
                .collect(Collectors.joining(", "));
    }

    /** Begins: the passwords {@code added} log in too. */
    StoredCredentials add(Map<AclUser, Password> added, String asked, Instant now) {
        return new StoredCredentials(current, added, Map.of(), rotatedAt, now, asked);
    }

    /** Clients are given the next passwords; those that they had log in too. */
    StoredCredentials publish(Instant now) {
        var published = new EnumMap<>(current);
        published.putAll(next);
        var before = next.keySet().stream().collect(Collectors.toMap(Function.identity(), this::currentOf));
        return new StoredCredentials(published, Map.of(), before, now, now, request);
    }

    private Password currentOf(AclUser user) {
        var password = current.get(user);
        if (password == null) {
            throw new IllegalStateException("ACL user " + user.userName() + " has no password to replace");
        }
        return password;
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
