package dev.redoubt.operator.redisuser;

import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.redis.RedisUserNames;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The passwords of a user, as its credentials Secret holds them: all of them log in. Another password is first told to the server and its
 * file, then given to clients, and only when they have had time to read it the previous one is dropped; so nobody is ever locked out, whoever
 * starts anew in between. Prints none.
 *
 * @param current what clients are given
 * @param other the next or the previous one, while a password is replaced
 * @param request the value of the annotation that was carried out last
 */
record UserPasswords(Password current, Optional<Other> other, String request) {
    private static final String SINCE = "since";
    private static final String UNTIL = "until";
    private static final String REQUEST = "request";

    /** A password beside the current one. */
    sealed interface Other {
        Password password();

        /** Clients are given it once the server has known it for a while. */
        record Next(Password password, Instant since) implements Other {}

        /** Clients have been given another one. */
        record Previous(Password password, Instant until) implements Other {}
    }

    /**
     * How long each step takes.
     *
     * @param propagation until the server's mounted file is surely the new one
     * @param grace until the mounted bindings of clients are
     */
    record Pace(Duration propagation, Duration grace) {}

    /**
     * What is asked for.
     *
     * @param given the password that somebody has brought along
     * @param request the value of the annotation, empty if there is none: another one than before asks for another generated password
     */
    record Wish(Optional<Password> given, String request) {}

    static UserPasswords first(Wish wish, PasswordGenerator generator) {
        return new UserPasswords(wish.given().orElseGet(generator::password), Optional.empty(), wish.request());
    }

    /** What {@code stored} holds; empty if there is no password in it. */
    static Optional<UserPasswords> read(Map<String, String> stored) {
        return password(stored, RedisUserNames.PASSWORD)
                .map(current -> new UserPasswords(current, other(stored), stored.getOrDefault(REQUEST, "")));
    }

    private static Optional<Password> password(Map<String, String> stored, String key) {
        return Optional.ofNullable(stored.get(key))
                .filter(text -> !text.isBlank())
                .map(Password::new);
    }

    private static Optional<Other> other(Map<String, String> stored) {
        Optional<Other> next = password(stored, RedisUserNames.NEXT_PASSWORD)
                .map(password -> new Other.Next(password, instant(stored.get(SINCE))));
        return next.or(() -> password(stored, RedisUserNames.PREVIOUS_PASSWORD)
                .map(password -> new Other.Previous(password, instant(stored.get(UNTIL)))));
    }

    /** A text that is none counts as long ago: the step is then due. */
    private static Instant instant(@Nullable String text) {
        try {
            return text == null ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    /** The content of the credentials Secret. */
    Map<String, String> stored() {
        var stored = new TreeMap<>(Map.of(RedisUserNames.PASSWORD, current.plain(), REQUEST, request));
        switch (other.orElse(null)) {
            case Other.Next(var password, var since) -> {
                stored.put(RedisUserNames.NEXT_PASSWORD, password.plain());
                stored.put(SINCE, since.toString());
            }
            case Other.Previous(var password, var until) -> {
                stored.put(RedisUserNames.PREVIOUS_PASSWORD, password.plain());
                stored.put(UNTIL, until.toString());
            }
            case null -> {}
        }
        return stored;
    }

    /** SHA-256 of all that log in. */
    Set<String> hashes() {
        return Stream.concat(Stream.of(current), other.map(Other::password).stream())
                .map(Password::sha256)
                .collect(Collectors.toSet());
    }

    /**
     * The next step, if one is due.
     *
     * @param onServer hashes that the running server has for this user
     */
    UserPasswords next(Wish wish, Set<String> onServer, Pace pace, Instant now, PasswordGenerator generator) {
        return switch (other.orElse(null)) {
            case Other.Next(var password, var since) -> {
                if (wish.given().filter(given -> !given.equals(password)).isPresent()) {
                    // Changed once more, before anybody was given it.
                    yield beginning(wish.given().get(), wish.request(), now);
                }
                var due = onServer.containsAll(hashes())
                        && !since.plus(pace.propagation()).isAfter(now);
                yield due
                        ? new UserPasswords(
                                password, Optional.of(new Other.Previous(current, now.plus(pace.grace()))), request)
                        : this;
            }
            case Other.Previous(var _, var until) ->
                until.isAfter(now) ? this : new UserPasswords(current, Optional.empty(), request);
            case null ->
                wish.given()
                        .map(given -> beginning(given, wish.request(), now))
                        .orElseGet(() -> wish.request().equals(request)
                                ? this
                                : beginning(generator.password(), wish.request(), now));
        };
    }

    private UserPasswords beginning(Password wanted, String because, Instant now) {
        return new UserPasswords(
                current, wanted.equals(current) ? Optional.empty() : Optional.of(new Other.Next(wanted, now)), because);
    }

    /** How long until the next step is due by time; empty if none is. */
    Optional<Duration> untilNext(Pace pace, Instant now) {
        return other.map(present -> switch (present) {
                    case Other.Next(var _, var since) -> since.plus(pace.propagation());
                    case Other.Previous(var _, var until) -> until;
                })
                .map(due -> Duration.between(now, due))
                .map(left -> left.isPositive() ? left : Duration.ofSeconds(1));
    }
}
