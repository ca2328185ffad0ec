package dev.redoubt.operator.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.redoubt.operator.credentials.Password;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.rotation.Rotation.Facts;
import dev.redoubt.operator.rotation.StoredCredentials.Stage;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two rotations, step by step: of the operator's passes, which write four things one after the other; of the kubelets, which bring a
 * changed Secret to the server's pod and to the clients' as late as they may; and of the clock. The operator is killed before every step of
 * every pass, and comes back soon or late; the server's container starts anew before every step. Whatever clients may have read logs in,
 * after each single step; and both rotations end.
 */
class InterruptedRotationTest {
    /** Whose passwords are replaced. They differ in who does what in which order, and in how it is known what the server has. */
    enum Of {
        /** One pass does it all, and notes what it has told the server. */
        REDIS,
        /** One pass writes the Secrets, and looks at the server and its file at its start; then the pass of the Redis does what follows. */
        REDIS_USER
    }

    private static final PasswordGenerator GENERATOR = new PasswordGenerator(new SecureRandom());
    private static final Duration SETTLE = Duration.ofSeconds(90);
    private static final Duration GRACE = Duration.ofMinutes(5);
    /** Of a mounted file behind its Secret, in seconds: as the setting says. */
    private static final int LAG = 90;
    /** Of a pass after something that wakes none, in seconds. */
    private static final int PERIOD = 15;
    /** Passes until both rotations are over, with room for an interruption. */
    private static final int MOST_PASSES = 1_500;
    /** Steps of a pass: credentials, ACL file, server, binding. */
    private static final int STEPS = 4;

    private final Rotation rotation = new Rotation(SETTLE, GRACE);

    // What is in the cluster.
    private Map<String, String> secret = Map.of();
    private final Lagging<Set<Password>> aclFile = new Lagging<>();
    private final Lagging<Password> binding = new Lagging<>();

    // What is in the server's memory, and in the operator's.
    private Set<Password> server = Set.of();
    private int starts;
    private @Nullable Set<Password> seen;
    private Instant seenSince = RotationTest.START;
    private FirstSights sights = new FirstSights(1);

    private Instant now = RotationTest.START;
    private Wish wish = RotationTest.wish("");

    /** A value that readers see late: some at once, some after the lag. */
    private final class Lagging<T> {
        private final TreeMap<Instant, T> values = new TreeMap<>();

        void write(T value) {
            if (!isThere() || !values.lastEntry().getValue().equals(value)) {
                values.put(now, value);
            }
        }

        boolean isThere() {
            return !values.isEmpty();
        }

        T newest() {
            return values.lastEntry().getValue();
        }

        /** The oldest that anybody may still see. */
        T oldest() {
            return values.floorEntry(now.minusSeconds(LAG)) == null
                    ? values.firstEntry().getValue()
                    : values.floorEntry(now.minusSeconds(LAG)).getValue();
        }

        /** Every one that somebody may see now. */
        Set<T> visible() {
            var from = values.floorKey(now.minusSeconds(LAG));
            return new HashSet<>(values.tailMap(from == null ? values.firstKey() : from, true)
                    .values());
        }
    }

    static Stream<Arguments> everyStep() {
        return Arrays.stream(Of.values())
                .flatMap(of -> IntStream.range(0, 60 * STEPS).mapToObj(step -> arguments(of, step)));
    }

    @ParameterizedTest
    @MethodSource("everyStep")
    void theOperatorIsKilledBeforeAStep(Of of, int step) {
        rotateTwice(of, step, 0, -1);
    }

    @ParameterizedTest
    @MethodSource("everyStep")
    void theOperatorIsKilledBeforeAStepAndAwayForAnHour(Of of, int step) {
        rotateTwice(of, step, 3600, -1);
    }

    @ParameterizedTest
    @MethodSource("everyStep")
    void theServerStartsAnewBeforeAStepWithTheOldestFileThatItMayHave(Of of, int step) {
        rotateTwice(of, -1, 0, step);
    }

    @ParameterizedTest
    @MethodSource("everyStep")
    void bothAtOnce(Of of, int step) {
        rotateTwice(of, step, 200, step);
    }

    @ParameterizedTest
    @MethodSource("everyStep")
    void theServerStartsAnewWhileTheOperatorIsAway(Of of, int step) {
        rotateTwice(of, step, 600, step + 1);
    }

    /** While the operator was away nobody told the server, or its file: by then that time must not have counted. */
    @ParameterizedTest
    @MethodSource("everyStep")
    void theServerStartsAnewSoonAfterTheOperatorHasComeBack(Of of, int step) {
        rotateTwice(of, step, 3600, step + 3 * STEPS);
    }

    private void rotateTwice(Of of, int killedBefore, int away, int startedBefore) {
        pass(of, -1, -1, -1);
        var first = binding.newest();
        wish = RotationTest.wish("one");
        var step = 0;
        for (var passes = 0; passes < MOST_PASSES; passes++) {
            if (!pass(of, step, killedBefore, startedBefore)) {
                seen = null;
                sights = new FirstSights(1);
                now = now.plusSeconds(away);
                if (startedBefore == killedBefore + 1) {
                    // A server that starts while nobody is there to tell it anything.
                    start();
                    assertNobodyIsLockedOut("after a start without the operator");
                }
            }
            step += STEPS;
            now = now.plusSeconds(PERIOD);
            var stored = StoredCredentials.read(secret, wish, now, GENERATOR);
            if (stored.stage() == Stage.SETTLED && server.size() == 1) {
                if (wish.request().equals("two") && stored.request().equals("two")) {
                    assertThat(server).containsExactly(binding.newest()).doesNotContain(first);
                    return;
                }
                wish = RotationTest.wish("two");
            }
        }
        throw new AssertionError("The rotations have not ended");
    }

    /** @return whether it came to its end */
    private boolean pass(Of of, int step, int killedBefore, int startedBefore) {
        var before = StoredCredentials.read(secret, wish, now, GENERATOR);
        var handedOut = binding.isThere() && binding.newest().equals(before.of(RotationTest.USER));
        var after = rotation.next(before, wish, new Facts(knownSince(of, before), handedOut), now, GENERATOR);
        Runnable credentials = () -> secret = after.data();
        Runnable file = () -> aclFile.write(passwords(after));
        Runnable clients = () -> binding.write(after.of(RotationTest.USER));
        Runnable told = () -> tell(passwords(after));
        // In the order of the operator: objects are applied before the server is told.
        var steps =
                of == Of.REDIS ? List.of(credentials, file, clients, told) : List.of(credentials, clients, file, told);
        for (var index = 0; index < steps.size(); index++) {
            if (startedBefore >= 0 && step + index == startedBefore) {
                start();
                assertNobodyIsLockedOut("after a start before step " + index + " of " + after.stage());
            }
            if (killedBefore >= 0 && step + index == killedBefore) {
                return false;
            }
            steps.get(index).run();
            if (!server.isEmpty()) {
                assertNobodyIsLockedOut("after step " + index + " of " + after.stage());
            }
        }
        return true;
    }

    private Optional<Instant> knownSince(Of of, StoredCredentials stored) {
        if (of == Of.REDIS) {
            return passwords(stored).equals(seen) ? Optional.of(seenSince) : Optional.empty();
        }
        var inFile = aclFile.isThere() ? aclFile.newest() : Set.<Password>of();
        var since = sights.since("user", List.of(starts, server, inFile), now);
        return server.equals(passwords(stored)) && inFile.equals(server) ? Optional.of(since) : Optional.empty();
    }

    /** The operator gets in with any password that the Secret holds. */
    private void tell(Set<Password> passwords) {
        if (server.isEmpty()) {
            server = aclFile.newest();
        }
        assertThat(StoredCredentials.ofUser(secret, RotationTest.USER))
                .as("the operator")
                .anyMatch(server::contains);
        if (!passwords.equals(seen) || !passwords.equals(server)) {
            seen = passwords;
            seenSince = now;
        }
        server = passwords;
    }

    private void start() {
        // The operator notices it when it next talks to the server.
        server = aclFile.oldest();
        starts++;
    }

    private void assertNobodyIsLockedOut(String when) {
        assertThat(binding.visible()).as("what clients may have read, %s", when).allMatch(server::contains);
    }

    private static Set<Password> passwords(StoredCredentials stored) {
        return new HashSet<>(stored.allOf(RotationTest.USER));
    }
}
