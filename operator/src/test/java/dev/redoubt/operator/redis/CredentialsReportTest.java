package dev.redoubt.operator.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.api.v1alpha1.ControlState;
import dev.redoubt.api.v1alpha1.Redis;
import dev.redoubt.api.v1alpha1.RedisStatus;
import dev.redoubt.operator.FakeApi;
import dev.redoubt.operator.acl.ServerUser;
import dev.redoubt.operator.credentials.PasswordGenerator;
import dev.redoubt.operator.events.EventReason;
import dev.redoubt.operator.hardening.Control;
import dev.redoubt.operator.hardening.Finding;
import dev.redoubt.operator.settings.OperatorSettings;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of the passwords, stage by stage of a rotation. */
class CredentialsReportTest {
    private static final OperatorSettings.Credentials SETTINGS =
            new OperatorSettings.Credentials(Duration.ofSeconds(90), Duration.ofMinutes(5));
    private static final RedisOutcome SERVES =
            RedisOutcome.of(Verdict.ready("Answers.")).withVersion("8.0.2");

    private final Redis redis = RedisFixture.redis("r", "{auth: {rotateEvery: 30d}}");

    @Test
    void aWholeRotationIsTold() {
        var settled = step(Map.of(), FakeApi.NOW, true);
        var first = report(settled, true);

        assertThat(first.status()).isEqualTo("True");
        assertThat(first.reason()).isEqualTo(Reason.PasswordsCurrent);
        assertThat(first.credentials().rotatedAt()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(Instant.parse(first.credentials().nextRotation()))
                .isBetween(FakeApi.NOW.plus(Duration.ofDays(27)), FakeApi.NOW.plus(Duration.ofDays(30)));
        assertThat(first.news(redis)).isEmpty();

        redis.getMetadata().setAnnotations(Map.of("redoubt.dev/rotate-credentials", "now"));
        var added = step(settled.stored().data(), FakeApi.NOW.plusSeconds(10), true);

        assertThat(report(added, true).status()).isEqualTo("False");
        assertThat(report(added, true).message())
                .isEqualTo("New passwords of app, service, operator, exporter, replication log in beside those of now,"
                        + " which clients still get.");
        assertThat(news(first, report(added, true))).contains(EventReason.RotationStarted);

        var published = step(added.stored().data(), FakeApi.NOW.plusSeconds(200), true);

        assertThat(report(published, true).message())
                .endsWith("since 2026-01-01T00:03:20Z; the previous ones still log in until 2026-01-01T00:08:21Z.");
        assertThat(report(published, true).credentials().rotatedAt()).isEqualTo("2026-01-01T00:03:20Z");
        assertThat(news(report(added, true), report(published, true))).isEmpty();

        var over = step(published.stored().data(), FakeApi.NOW.plusSeconds(600), true);

        assertThat(news(report(published, true), report(over, true))).contains(EventReason.RotationFinished);
    }

    @Test
    void aServerThatWasNotSeenIsUnknownUnlessTheOperatorHasJustStarted() {
        var settled = step(Map.of(), FakeApi.NOW, false);

        assertThat(report(settled, false).status()).isEqualTo("Unknown");
        assertThat(CredentialsReport.of(settled, false, RedisOutcome.of(Verdict.ready("Answered before."))))
                .isEmpty();
    }

    @Test
    void whatAProbeFoundCountsMoreThanWhatIsPlanned() {
        var broken = SERVES.withFindings(List.of(
                new Finding(Control.FRESH_CREDENTIALS, ControlState.FAILED, "user app has a password too many.")));

        var report = CredentialsReport.of(step(Map.of(), FakeApi.NOW, true), true, broken)
                .orElseThrow();

        assertThat(report.status()).isEqualTo("False");
        assertThat(report.reason()).isEqualTo(Reason.ControlFailed);
        assertThat(report.message()).isEqualTo("On the server, user app has a password too many.");
    }

    @Test
    void aPasswordThatCannotBeUsedIsSaidWithAnEvent() {
        var own = RedisFixture.redis("r", "{auth: {passwordSecretRef: {name: chosen}}}");
        var passwords = RedisPasswords.resolve(
                own,
                RedisFixture.newWorld(),
                GivenPassword.of(own.getSpec(), "shop", _ -> new GivenSecret.Missing()),
                _ -> Optional.empty(),
                SETTINGS,
                new PasswordGenerator(new SecureRandom()),
                FakeApi.NOW);

        var report = CredentialsReport.of(passwords, true, SERVES).orElseThrow();

        assertThat(report.status()).isEqualTo("False");
        assertThat(report.reason()).isEqualTo(Reason.SecretNotFound);
        assertThat(report.news(own)).contains(EventReason.PasswordUnusable);
    }

    private RedisPasswords step(Map<String, String> secret, Instant now, boolean known) {
        return RedisPasswords.resolve(
                redis,
                RedisFixture.world(secret, Map.of(), Map.of()),
                new GivenPassword.None(),
                (List<ServerUser> _) -> known ? Optional.of(FakeApi.NOW.plusSeconds(10)) : Optional.empty(),
                SETTINGS,
                new PasswordGenerator(new SecureRandom()),
                now);
    }

    private static CredentialsReport report(RedisPasswords passwords, boolean known) {
        return CredentialsReport.of(passwords, known, SERVES).orElseThrow();
    }

    private Optional<EventReason> news(CredentialsReport before, CredentialsReport now) {
        redis.setStatus(new RedisStatus(
                1L,
                List.of(CredentialsReport.condition(Optional.of(before), List.of(), 1, FakeApi.NOW)),
                null,
                List.of(),
                null,
                null,
                null,
                List.of()));
        return now.news(redis);
    }
}
