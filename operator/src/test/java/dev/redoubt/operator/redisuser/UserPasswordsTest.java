package dev.redoubt.operator.redisuser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.redisuser.UserPasswords.Other;
import dev.redoubt.operator.redisuser.UserPasswords.Pace;
import dev.redoubt.operator.redisuser.UserPasswords.Wish;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Another password, step by step: at every moment the one that clients were given logs in. */
class UserPasswordsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Pace PACE = new Pace(Duration.ofSeconds(90), Duration.ofMinutes(5));
    private static final Wish GENERATED = new Wish(Optional.empty(), "");
    private static final Password OLD = new Password("old-password-of-orders");
    private static final Password NEW = new Password("new-password-of-orders");
    private static final Password NEWER = new Password("newer-password-of-orders");

    private final PasswordGenerator generator = new PasswordGenerator(new SecureRandom());

    @Test
    void aFirstPasswordIsTheGivenOneOrAGeneratedOne() {
        assertThat(UserPasswords.first(given(OLD), generator).current()).isEqualTo(OLD);
        assertThat(UserPasswords.first(GENERATED, generator).current().plain()).hasSizeGreaterThan(40);
    }

    @Test
    void nothingIsDoneWhereNothingIsAskedFor() {
        var stored = UserPasswords.first(given(OLD), generator);

        assertThat(next(stored, given(OLD), NOW)).isEqualTo(stored);
        assertThat(next(stored, GENERATED, NOW)).isEqualTo(stored);
        assertThat(stored.untilNext(PACE, NOW)).isEmpty();
    }

    @Test
    void anotherGivenPasswordIsToldToTheServerThenToClientsThenTheOldOneIsDropped() {
        var stored = UserPasswords.first(given(OLD), generator);

        var told = next(stored, given(NEW), NOW);
        assertThat(told.current()).isEqualTo(OLD);
        assertThat(told.hashes()).containsExactlyInAnyOrder(OLD.sha256(), NEW.sha256());
        assertThat(told.untilNext(PACE, NOW)).contains(PACE.propagation());

        // Neither before the file is surely there, nor while the server does not have both.
        var later = NOW.plus(PACE.propagation());
        assertThat(next(told, given(NEW), later.minusSeconds(1))).isEqualTo(told);
        assertThat(told.next(given(NEW), Set.of(OLD.sha256()), PACE, later, generator))
                .isEqualTo(told);

        var handedOut = next(told, given(NEW), later);
        assertThat(handedOut.current()).isEqualTo(NEW);
        assertThat(handedOut.hashes()).isEqualTo(told.hashes());
        assertThat(handedOut.untilNext(PACE, later)).contains(PACE.grace());
        assertThat(next(handedOut, given(NEW), later.plus(PACE.grace()).minusSeconds(1)))
                .isEqualTo(handedOut);

        var done = next(handedOut, given(NEW), later.plus(PACE.grace()));
        assertThat(done.hashes()).containsExactly(NEW.sha256());
        assertThat(done.untilNext(PACE, later)).isEmpty();
    }

    @Test
    void eachNewValueOfTheAnnotationAsksForOneOtherPassword() {
        var stored = UserPasswords.first(GENERATED, generator);
        var asked = new Wish(Optional.empty(), "1");

        var told = next(stored, asked, NOW);
        assertThat(told.other()).containsInstanceOf(Other.Next.class);
        var handedOut = next(told, asked, NOW.plus(PACE.propagation()));
        assertThat(handedOut.current()).isNotEqualTo(stored.current());
        var done = next(handedOut, asked, NOW.plus(PACE.propagation()).plus(PACE.grace()));

        assertThat(next(done, asked, NOW.plusSeconds(10_000))).isEqualTo(done);
    }

    @Test
    void whoChangesHisMindBeforeAnybodyWasGivenThePasswordIsHeard() {
        var told = next(UserPasswords.first(given(OLD), generator), given(NEW), NOW);

        var again = next(told, given(NEWER), NOW.plusSeconds(5));
        assertThat(again.hashes()).containsExactlyInAnyOrder(OLD.sha256(), NEWER.sha256());
        assertThat(next(told, given(OLD), NOW.plusSeconds(5)).hashes()).containsExactly(OLD.sha256());
    }

    /** Two at a time: the third waits. */
    @Test
    void afterwardsItWaitsForItsTurn() {
        var told = next(UserPasswords.first(given(OLD), generator), given(NEW), NOW);
        var handedOut = next(told, given(NEW), NOW.plus(PACE.propagation()));
        var end = NOW.plus(PACE.propagation()).plus(PACE.grace());

        assertThat(next(handedOut, given(NEWER), end.minusSeconds(1))).isEqualTo(handedOut);
        assertThat(next(next(handedOut, given(NEWER), end), given(NEWER), end).hashes())
                .containsExactlyInAnyOrder(NEW.sha256(), NEWER.sha256());
    }

    @Test
    void everyStepIsReadAsItWasWritten() {
        var first = UserPasswords.first(new Wish(Optional.of(OLD), "7"), generator);
        var told = next(first, given(NEW), NOW);
        var handedOut = next(told, given(NEW), NOW.plus(PACE.propagation()));

        for (var step : List.of(first, told, handedOut)) {
            assertThat(UserPasswords.read(step.stored())).contains(step);
        }
        assertThat(UserPasswords.read(Map.of())).isEmpty();
    }

    @Test
    void printsNoPassword() {
        assertThat(next(UserPasswords.first(given(OLD), generator), given(NEW), NOW)
                        .toString())
                .doesNotContain("password-of");
    }

    private UserPasswords next(UserPasswords stored, Wish wish, Instant now) {
        return stored.next(wish, stored.hashes(), PACE, now, generator);
    }

    private static Wish given(Password password) {
        return new Wish(Optional.of(password), "");
    }
}
