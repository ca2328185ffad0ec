package dev.redoubt.operator.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.rotation.Rotation.Facts;
import dev.redoubt.operator.rotation.StoredCredentials.Stage;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is stored next, and when. */
class RotationTest {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration SETTLE = Duration.ofSeconds(90);
    private static final Duration GRACE = Duration.ofMinutes(5);
    private static final Rotation ROTATION = new Rotation(SETTLE, GRACE);
    private static final PasswordGenerator GENERATOR = new PasswordGenerator(new SecureRandom());
    static final String USER = "app";
    private static final List<String> USERS = List.of(USER, "service", "operator");
    private static final Wish NONE = wish("");
    private static final Facts NOTHING_DONE = new Facts(Optional.empty(), true);

    @Test
    void withoutAWishNothingHappens() {
        var first = first(NONE);

        assertThat(next(first, NONE, NOTHING_DONE, 1_000_000)).isEqualTo(first);
        assertThat(ROTATION.wakeAt(first, NONE, Optional.empty())).isEmpty();
        assertThat(first.stage()).isEqualTo(Stage.SETTLED);
    }

    @Test
    void aNewValueOfTheAnnotationAsksForOneRotationOfEverybody() {
        var begun = next(first(NONE), wish("one"), NOTHING_DONE, 10);

        assertThat(begun.stage()).isEqualTo(Stage.ADDED);
        assertThat(begun.current()).isEqualTo(first(NONE).current());
        assertThat(begun.next()).containsOnlyKeys(begun.current().keySet());
        assertThat(new HashSet<>(begun.next().values()))
                .hasSize(USERS.size())
                .doesNotContainAnyElementsOf(begun.current().values());
        assertThat(begun.request()).isEqualTo("one");
        assertThat(next(settled(begun), wish("one"), NOTHING_DONE, 10_000).stage())
                .isEqualTo(Stage.SETTLED);
        assertThat(next(settled(begun), wish("two"), NOTHING_DONE, 10_000).stage())
                .isEqualTo(Stage.ADDED);
        assertThat(next(settled(begun), NONE, NOTHING_DONE, 10_000).stage()).isEqualTo(Stage.SETTLED);
    }

    /** A resource that is made with the annotation has what it asks for. */
    @Test
    void theFirstPasswordsAnswerTheAnnotationThatIsThere() {
        assertThat(next(first(wish("one")), wish("one"), NOTHING_DONE, 10).stage())
                .isEqualTo(Stage.SETTLED);
    }

    @Test
    void clientsAreGivenNewPasswordsOnlyOnceTheServerHasKnownThemForLongEnough() {
        var added = next(first(NONE), wish("one"), NOTHING_DONE, 0);

        assertThat(next(added, wish("one"), NOTHING_DONE, 1_000_000)).isEqualTo(added);
        assertThat(next(added, wish("one"), known(500), 590)).isEqualTo(added);

        var published = next(added, wish("one"), known(500), 591);

        assertThat(published.stage()).isEqualTo(Stage.PUBLISHED);
        assertThat(published.current()).isEqualTo(added.next());
        assertThat(published.previous()).isEqualTo(added.current());
        assertThat(published.rotatedAt()).isEqualTo(at(591));
        assertThat(USERS).allSatisfy(user -> assertThat(published.allOf(user))
                .containsExactlyInAnyOrderElementsOf(added.allOf(user)));
    }

    @Test
    void thePreviousPasswordsGoAfterTheGrace() {
        var published = next(next(first(NONE), wish("one"), NOTHING_DONE, 0), wish("one"), known(0), 100);

        assertThat(next(published, wish("one"), NOTHING_DONE, 400)).isEqualTo(published);

        var settled = next(published, wish("one"), NOTHING_DONE, 401);

        assertThat(settled.stage()).isEqualTo(Stage.SETTLED);
        assertThat(settled.others()).isEmpty();
        assertThat(settled.rotatedAt()).isEqualTo(at(100));
    }

    /** The operator was killed after it had stored the new passwords and before it wrote the bindings, and was away for an hour. */
    @Test
    void theGraceCountsFromWhenClientsCouldFindTheNewPasswords() {
        var published = next(next(first(NONE), wish("one"), NOTHING_DONE, 0), wish("one"), known(0), 100);

        var again = next(published, wish("one"), new Facts(Optional.empty(), false), 3_700);

        assertThat(again.stage()).isEqualTo(Stage.PUBLISHED);
        assertThat(again.since()).isEqualTo(at(3_700));
        assertThat(next(again, wish("one"), new Facts(Optional.empty(), false), 3_701))
                .as("what lasts is not written again at once")
                .isEqualTo(again);
        assertThat(next(again, wish("one"), NOTHING_DONE, 3_999)).isEqualTo(again);
        assertThat(next(again, wish("one"), NOTHING_DONE, 4_001).stage()).isEqualTo(Stage.SETTLED);
    }

    @Test
    void whatIsAskedForMeanwhileComesNext() {
        var added = next(first(NONE), wish("one"), NOTHING_DONE, 0);

        assertThat(next(added, wish("two"), known(0), 10)).isEqualTo(added);
        var published = next(added, wish("two"), known(0), 100);
        assertThat(published.request()).isEqualTo("one");
        assertThat(next(published, wish("two"), NOTHING_DONE, 110)).isEqualTo(published);
        var settled = next(published, wish("two"), NOTHING_DONE, 500);
        assertThat(settled.stage()).isEqualTo(Stage.SETTLED);

        var second = next(settled, wish("two"), NOTHING_DONE, 501);

        assertThat(second.stage()).isEqualTo(Stage.ADDED);
        assertThat(second.request()).isEqualTo("two");
    }

    @Test
    void aScheduleRotatesUpToATenthEarlierAndEachResourceAtAnotherMoment() {
        var stored = first(NONE);
        var hours = IntStream.range(0, 50)
                .mapToObj(uid -> Rotation.due(stored, every(Duration.ofDays(30), "uid-" + uid))
                        .orElseThrow())
                .map(due -> Duration.between(START, due).toHours())
                .toList();

        assertThat(hours).allSatisfy(hour -> assertThat(hour).isBetween(648L, 720L));
        assertThat(new HashSet<>(hours)).hasSizeGreaterThan(20);

        var wish = every(Duration.ofDays(30), "uid");
        var due = Rotation.due(stored, wish).orElseThrow();
        assertThat(ROTATION.next(stored, wish, NOTHING_DONE, due.minusSeconds(1), GENERATOR))
                .isEqualTo(stored);
        assertThat(ROTATION.next(stored, wish, NOTHING_DONE, due, GENERATOR).stage())
                .isEqualTo(Stage.ADDED);
        assertThat(ROTATION.wakeAt(stored, wish, Optional.empty())).contains(due);
    }

    @Test
    void aPasswordThatIsBroughtAlongIsTheApplicationsFromTheStart() {
        var own = given("chosen-by-its-owner");

        var made = StoredCredentials.read(Map.of(), own, START, GENERATOR);

        assertThat(made.current()).containsEntry(USER, new Password("chosen-by-its-owner"));
        assertThat(next(made, own, NOTHING_DONE, 10)).isEqualTo(made);
    }

    @Test
    void anotherOneThatIsBroughtAlongReplacesTheApplicationsAlone() {
        var begun = next(first(NONE), given("chosen-by-its-owner"), NOTHING_DONE, 10);

        assertThat(begun.next()).isEqualTo(Map.of(USER, new Password("chosen-by-its-owner")));
        assertThat(begun.replaced()).isEqualTo("app");
        var published = next(begun, given("changed-meanwhile-by-its-owner"), known(10), 200);
        assertThat(published.current()).containsEntry(USER, new Password("chosen-by-its-owner"));
        assertThat(published.previous()).containsOnlyKeys(USER);
    }

    /** Its owner chooses it: whatever else is rotated, it stays, even while its Secret is missing. */
    @Test
    void aRotationLeavesThePasswordThatIsBroughtAlong() {
        var own = new Wish(USERS, "one", Optional.empty(), Set.of(USER), Map.of(), "uid");

        assertThat(next(first(NONE), own, NOTHING_DONE, 10).next()).containsOnlyKeys("service", "operator");
    }

    @Test
    void everyStageSurvivesBeingWrittenAndRead() {
        var settled = first(wish("zero"));
        var added = next(settled, wish("one"), NOTHING_DONE, 10);
        var published = next(added, wish("one"), known(10), 200);

        for (var stored : new StoredCredentials[] {settled, added, published, settled(published)}) {
            assertThat(StoredCredentials.read(stored.data(), wish("other"), at(99_999), GENERATOR))
                    .isEqualTo(stored);
        }
        assertThat(StoredCredentials.ofUser(added.data(), "operator")).hasSize(2);
    }

    @Test
    void aStoredPasswordIsNeverReplacedAndAMissingOrBlankOneIsMade() {
        var read = StoredCredentials.read(Map.of("app", "kept", "service", " "), NONE, START, GENERATOR);

        assertThat(read.current()).containsEntry(USER, new Password("kept"));
        assertThat(read.current()).containsOnlyKeys(USERS);
        assertThat(read.current().values())
                .allSatisfy(password -> assertThat(password.plain()).isNotBlank());
    }

    /** What somebody has written into the Secret, or an older operator has: a pass must not end with it. */
    @Test
    void whatCannotBeReadIsAsIfItWereNotThere() {
        var read = StoredCredentials.read(
                Map.of("app", "kept", "rotation.rotatedAt", "yesterday", "rotation.since", ""), NONE, START, GENERATOR);

        assertThat(read.rotatedAt()).isEqualTo(START);
        assertThat(read.since()).isEqualTo(START);
    }

    @Test
    void nothingPrintsAPassword() {
        var added = next(first(given("chosen-by-its-owner")), wish("one"), NOTHING_DONE, 10);

        assertThat(added + " " + given("chosen-by-its-owner") + " " + added.allOf(USER))
                .doesNotContain("chosen-by-its-owner")
                .doesNotContain(added.data().get("operator"), added.data().get("operator.next"));
    }

    static Wish wish(String request) {
        return new Wish(USERS, request, Optional.empty(), Set.of(), Map.of(), "uid");
    }

    private static Wish every(Duration interval, String uid) {
        return new Wish(USERS, "", Optional.of(interval), Set.of(), Map.of(), uid);
    }

    private static Wish given(String password) {
        return new Wish(USERS, "", Optional.empty(), Set.of(USER), Map.of(USER, new Password(password)), "uid");
    }

    private static final StoredCredentials FIRST = StoredCredentials.read(Map.of(), NONE, START, GENERATOR);

    private static StoredCredentials first(Wish wish) {
        var data = FIRST.data();
        data.put("rotation.request", wish.request());
        return StoredCredentials.read(data, wish, START, GENERATOR);
    }

    private static StoredCredentials settled(StoredCredentials stored) {
        return stored.drop(stored.since());
    }

    private static StoredCredentials next(StoredCredentials stored, Wish wish, Facts facts, long second) {
        return ROTATION.next(stored, wish, facts, at(second), GENERATOR);
    }

    private static Facts known(long second) {
        return new Facts(Optional.of(at(second)), true);
    }

    static Instant at(long second) {
        return START.plusSeconds(second);
    }
}
