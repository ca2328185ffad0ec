package dev.redoubt.operator.redisuser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.RedisUser;
import dev.redoubt.operator.acl.RedisUsers;
import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.owned.Labels;
import dev.redoubt.operator.owned.SecretData;
import dev.redoubt.operator.redis.GivenPassword;
import dev.redoubt.operator.redisuser.RedisUserResolver.Referents;
import dev.redoubt.operator.rotation.Rotation;
import dev.redoubt.operator.server.UserRights;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The password of a RedisUser, step by step: what the plan of a rotation is given of a RedisUser and its server, and what comes of it. The
 * plan itself, and its interruptions, are the same as for the users of a Redis.
 */
class UserPasswordsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Rotation ROTATION = new Rotation(Duration.ofSeconds(90), Duration.ofMinutes(5));
    private static final GivenPassword GENERATED = new GivenPassword.None();
    private static final Password OLD = new Password("old-password-of-orders");
    private static final Password NEW = new Password("new-password-of-orders");
    private static final Password NEWER = new Password("newer-password-of-orders");
    private static final Optional<SeenUser> NOT_SEEN = Optional.empty();

    private final PasswordGenerator generator = new PasswordGenerator(new SecureRandom());
    private final RedisUser user = RedisUsers.user("orders", "");

    // What is in the cluster.
    private Optional<Secret> credentials = Optional.empty();
    private Optional<Secret> binding = Optional.empty();

    @Test
    void aFirstPasswordIsTheGivenOneOrAGeneratedOne() {
        assertThat(look(given(OLD), NOT_SEEN, 0).current()).isEqualTo(OLD);
        assertThat(look(GENERATED, NOT_SEEN, 0).current().plain()).hasSizeGreaterThan(40);
    }

    @Test
    void nothingIsDoneWhereNothingIsAskedFor() {
        var stored = pass(given(OLD), NOT_SEEN, 0);

        assertThat(pass(given(OLD), seen(0, OLD), 10_000)).isEqualTo(stored);
        assertThat(pass(GENERATED, seen(0, OLD), 20_000)).isEqualTo(stored);
        assertThat(stored.isReplaced()).isFalse();
        assertThat(stored.nextStep()).isEmpty();
    }

    @Test
    void anotherGivenPasswordIsToldToTheServerThenToClientsThenTheOldOneIsDropped() {
        pass(given(OLD), NOT_SEEN, 0);

        var told = pass(given(NEW), seen(0, OLD), 100);
        assertThat(told.current()).isEqualTo(OLD);
        assertThat(told.hashes()).isEqualTo(hashes(OLD, NEW));
        assertThat(told.isReplaced()).isTrue();
        assertThat(told.nextStep()).as("nobody has seen it on the server").isEmpty();
        assertThat(look(given(NEW), seen(110, OLD, NEW), 120).nextStep()).contains(at(201));
        assertThat(look(given(NEW), seen(110, OLD, NEW), 200)).isEqualTo(look(given(NEW), seen(110, OLD, NEW), 120));

        var published = pass(given(NEW), seen(110, OLD, NEW), 201);
        assertThat(published.current()).isEqualTo(NEW);
        assertThat(published.hashes()).isEqualTo(told.hashes());
        assertThat(published.nextStep()).contains(at(502));
        assertThat(pass(given(NEW), seen(110, OLD, NEW), 501)).isEqualTo(published);

        var done = pass(given(NEW), seen(110, OLD, NEW), 502);
        assertThat(done.hashes()).isEqualTo(hashes(NEW));
        assertThat(done.isReplaced()).isFalse();
    }

    /** As when the operator was away after it had stored the next password: how long ago that was says nothing. */
    @Test
    void clientsAreGivenAPasswordOnlyOnceServerAndFileWereSeenToHaveItForLongEnough() {
        pass(given(OLD), NOT_SEEN, 0);
        var told = pass(given(NEW), seen(0, OLD), 100);

        assertThat(pass(given(NEW), NOT_SEEN, 100_000)).isEqualTo(told);
        assertThat(pass(given(NEW), seen(0, OLD), 100_000)).isEqualTo(told);
        assertThat(pass(given(NEW), seen(0, hashes(OLD, NEW), hashes(OLD)), 100_000))
                .as("only the server was told")
                .isEqualTo(told);
        assertThat(pass(given(NEW), seen(0, OLD, NEW, NEWER), 100_000))
                .as("somebody else has changed it")
                .isEqualTo(told);
        assertThat(pass(given(NEW), seen(99_990, OLD, NEW), 100_000).current()).isEqualTo(OLD);
        assertThat(pass(given(NEW), seen(99_990, OLD, NEW), 100_081).current()).isEqualTo(NEW);
    }

    /** The operator was killed between the two Secrets, and away for longer than the grace. */
    @Test
    void theOldPasswordIsNotDroppedBeforeTheBindingHasHadTheNewOneForLongEnough() {
        pass(given(OLD), NOT_SEEN, 0);
        pass(given(NEW), seen(0, OLD), 100);
        var bound = binding;
        pass(given(NEW), seen(110, OLD, NEW), 300);
        binding = bound;

        assertThat(pass(given(NEW), seen(4_000, OLD, NEW), 4_000).hashes()).isEqualTo(hashes(OLD, NEW));
        assertThat(pass(given(NEW), seen(4_000, OLD, NEW), 4_300).hashes()).isEqualTo(hashes(OLD, NEW));
        assertThat(pass(given(NEW), seen(4_000, OLD, NEW), 4_301).hashes()).isEqualTo(hashes(NEW));
    }

    @Test
    void aBindingThatSomebodyHasDeletedGivesNobodyAPassword() {
        pass(given(OLD), NOT_SEEN, 0);
        pass(given(NEW), seen(0, OLD), 100);
        pass(given(NEW), seen(110, OLD, NEW), 300);
        binding = Optional.empty();

        assertThat(pass(given(NEW), seen(110, OLD, NEW), 4_000).hashes()).isEqualTo(hashes(OLD, NEW));
        assertThat(pass(given(NEW), seen(110, OLD, NEW), 4_301).hashes()).isEqualTo(hashes(NEW));
    }

    @Test
    void eachNewValueOfTheAnnotationAsksForOneOtherPassword() {
        var first = pass(GENERATED, NOT_SEEN, 0).current();
        user.getMetadata().setAnnotations(Map.of(Labels.ROTATE_CREDENTIALS, "1"));

        var told = pass(GENERATED, seen(0, first), 10);
        var next = told.stored().others().get("password");
        assertThat(told.current()).isEqualTo(first);
        assertThat(next).isNotNull();
        assertThat(pass(GENERATED, seen(10, first, next), 101).current()).isEqualTo(next);
        assertThat(pass(GENERATED, seen(10, first, next), 402).hashes()).isEqualTo(hashes(next));
        assertThat(pass(GENERATED, seen(500, next), 100_000).hashes()).isEqualTo(hashes(next));
    }

    /** Whoever has chosen it has chosen it. */
    @Test
    void theAnnotationLeavesAGivenPassword() {
        var first = pass(given(OLD), NOT_SEEN, 0);
        user.getMetadata().setAnnotations(Map.of(Labels.ROTATE_CREDENTIALS, "1"));

        assertThat(pass(given(OLD), seen(0, OLD), 10)).isEqualTo(first);
    }

    /** As for a Redis: one at a time. */
    @Test
    void aPasswordThatIsGivenMeanwhileComesNext() {
        pass(given(OLD), NOT_SEEN, 0);
        var told = pass(given(NEW), seen(0, OLD), 100);

        assertThat(pass(given(NEWER), seen(0, OLD), 105)).isEqualTo(told);
        assertThat(pass(given(NEWER), seen(110, OLD, NEW), 201).current()).isEqualTo(NEW);
        assertThat(pass(given(NEWER), seen(110, OLD, NEW), 502).hashes()).isEqualTo(hashes(NEW));
        assertThat(pass(given(NEWER), seen(110, OLD, NEW), 503).hashes()).isEqualTo(hashes(NEW, NEWER));
        assertThat(pass(given(NEWER), seen(505, NEW, NEWER), 600).current()).isEqualTo(NEWER);
    }

    /** Clients may still have the previous password, which such a Secret calls otherwise. */
    @Test
    void aRotationThatAnEarlierBuildHasBegunGoesOn() {
        user.getMetadata().setAnnotations(Map.of(Labels.ROTATE_CREDENTIALS, "1"));
        credentials = secret(Map.of(
                "password", NEW.plain(), "previous-password", OLD.plain(), "until", at(10).toString(), "request", "1"));
        binding = secret(Map.of("password", NEW.plain()));

        assertThat(pass(GENERATED, seen(0, OLD, NEW), 100).hashes()).isEqualTo(hashes(OLD, NEW));
        assertThat(SecretData.decode(credentials.orElseThrow()))
                .containsEntry("password.previous", OLD.plain())
                .doesNotContainKeys("previous-password", "until", "request");
        assertThat(pass(GENERATED, seen(0, OLD, NEW), 400).hashes()).isEqualTo(hashes(OLD, NEW));
        assertThat(pass(GENERATED, seen(0, OLD, NEW), 401).hashes()).isEqualTo(hashes(NEW));
        assertThat(pass(GENERATED, seen(402, NEW), 500).isReplaced())
                .as("the annotation is as it was")
                .isFalse();
    }

    @Test
    void aPasswordThatAnEarlierBuildWasAboutToGiveIsGiven() {
        credentials = secret(Map.of("password", OLD.plain(), "next-password", NEW.plain(), "since", at(0).toString()));
        binding = secret(Map.of("password", OLD.plain()));

        assertThat(pass(given(NEW), seen(100, OLD, NEW), 100).current()).isEqualTo(OLD);
        assertThat(pass(given(NEW), seen(100, OLD, NEW), 191).current()).isEqualTo(NEW);
    }

    @Test
    void printsNoPassword() {
        pass(given(OLD), NOT_SEEN, 0);
        var told = pass(given(NEW), seen(0, OLD), 100);

        assertThat(told + " " + referents(given(NEW), seen(0, OLD))).doesNotContain("password-of");
    }

    /** A whole pass: both Secrets are written. */
    private UserPasswords pass(GivenPassword given, Optional<SeenUser> onServer, long second) {
        var passwords = look(given, onServer, second);
        credentials = secret(passwords.stored().data());
        binding = secret(Map.of("password", passwords.current().plain()));
        return passwords;
    }

    private UserPasswords look(GivenPassword given, Optional<SeenUser> onServer, long second) {
        return UserPasswords.resolve(user, referents(given, onServer), ROTATION, at(second), generator);
    }

    private Referents referents(GivenPassword given, Optional<SeenUser> onServer) {
        return new Referents(Optional.empty(), List.of(), credentials, binding, onServer, given);
    }

    private static GivenPassword given(Password password) {
        return new GivenPassword.Usable(password);
    }

    private static Optional<SeenUser> seen(long since, Password... passwords) {
        return seen(since, hashes(passwords), hashes(passwords));
    }

    private static Optional<SeenUser> seen(long since, Set<String> onServer, Set<String> inFile) {
        return Optional.of(new SeenUser(new UserRights(true, false, onServer, "-@all", "", "", 0), inFile, at(since)));
    }

    private static Set<String> hashes(Password... passwords) {
        return Set.copyOf(List.of(passwords).stream().map(Password::sha256).toList());
    }

    private static Optional<Secret> secret(Map<String, String> content) {
        return Optional.of(
                new SecretBuilder().withData(SecretData.encode(content)).build());
    }

    private static Instant at(long second) {
        return START.plusSeconds(second);
    }
}
