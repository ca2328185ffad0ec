package dev.redoubt.operator.certificates;

import static dev.redoubt.operator.certificates.CertificateIssuerTest.issued;
import static org.assertj.core.api.Assertions.assertThat;

import dev.redoubt.operator.certificates.CertificateIssuer.Issuance;
import dev.redoubt.operator.certificates.CertificateIssuer.Stored;
import dev.redoubt.operator.settings.OperatorSettings.Certificates;
import dev.redoubt.operator.status.Reason;
import dev.redoubt.operator.status.Verdict;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A certificate that somebody else has issued: taken over when it will do, and only then; what is served stays meanwhile. */
class GivenCertificateTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Certificates SETTINGS =
            new Certificates(Duration.ofDays(3650), Duration.ofDays(90), Duration.ofDays(7), Duration.ofDays(14));
    private static final String HOST = "cache-redis.shop.svc";
    private static final Duration LIFE = Duration.ofDays(100);

    private final CertificateMaker maker = new CertificateMaker(Clock.fixed(NOW, ZoneOffset.UTC), new SecureRandom());
    private final KeyedCertificate company = maker.authority("company", "corp", Duration.ofDays(1000));
    private final Map<String, String> good = given(company, HOST);

    @Test
    void aGoodOneIsServedFromTheStart() {
        var identity = issued(ensure(NOW, good, nothing()));

        assertThat(identity.verdict())
                .isEqualTo(Verdict.readyBut(Reason.CertificateCurrent, "Secret given is served."));
        assertThat(identity.source()).isEqualTo("Secret");
        assertThat(identity.server().certificatePem()).isEqualTo(good.get("tls.crt"));
        // The resource's own authority signs for clients, and so is to be trusted, too.
        assertThat(identity.bundle())
                .isEqualTo(company.certificatePem()
                        + identity.authority().current().certificatePem());
    }

    @Test
    void aSecondPassChangesNothing() {
        var first = issued(ensure(NOW, good, nothing()));
        var second = issued(ensure(NOW.plusSeconds(60), good, stored(first)));

        assertThat(second.serverSecret()).isEqualTo(first.serverSecret());
        assertThat(second.authoritySecret()).isEqualTo(first.authoritySecret());
    }

    @Test
    void aWildcardWillDo() {
        var identity = issued(ensure(NOW, given(company, "*.shop.svc"), nothing()));

        assertThat(identity.verdict().reason()).isEqualTo(Reason.CertificateCurrent);
    }

    @Test
    void whatWillNotDoIsSaidAndWaitedFor() {
        var other = maker.authority("other", "corp", Duration.ofDays(1000));
        waits(without("ca.crt"), Reason.CertificateUnreadable, "no entry ca.crt");
        waits(with("tls.key", "no PEM"), Reason.CertificateUnreadable, "tls.key holds no EC, RSA or Ed25519 key");
        waits(with("tls.crt", "no PEM"), Reason.CertificateUnreadable, "tls.crt holds no certificate");
        waits(with("tls.key", given(company, HOST).get("tls.key")), Reason.CertificateMismatched, "is not the one of");
        waits(with("ca.crt", other.certificatePem()), Reason.CertificateUntrusted, "no authority in ca.crt leads to");
        waits(given(company, "elsewhere.svc"), Reason.CertificateNamesMissing, "is not for " + HOST);
    }

    @Test
    void oneThatHasEndedOrNotBegunIsNotTaken() {
        assertThat(waiting(ensure(NOW.plus(LIFE), good, nothing())).reason()).isEqualTo(Reason.CertificateExpired);
        assertThat(waiting(ensure(NOW.minus(Duration.ofDays(1)), good, nothing()))
                        .reason())
                .isEqualTo(Reason.CertificateNotYetValid);
    }

    @Test
    void whatIsServedStaysWhateverIsGiven() {
        var first = issued(ensure(NOW, good, nothing()));

        var kept = issued(ensure(NOW, with("tls.key", "no PEM"), stored(first)));

        assertThat(kept.serverSecret()).isEqualTo(first.serverSecret());
        assertThat(kept.verdict().ready()).isFalse();
        assertThat(kept.verdict().reason()).isEqualTo(Reason.CertificateUnreadable);
        assertThat(kept.verdict().message()).contains("Meanwhile the server keeps the certificate that it has");
        var missing = new Wish.Missing("Secret", Verdict.notReady(Reason.CertificateMissing, "Not there."));
        assertThat(issued(CertificateIssuerTest.ensure(NOW, SETTINGS, missing, stored(first)))
                        .serverSecret())
                .isEqualTo(first.serverSecret());
    }

    @Test
    void aRenewedOneOfTheSameAuthorityIsTakenOverAtOnce() {
        var first = issued(ensure(NOW, good, nothing()));
        var renewed = given(company, HOST);

        var second = issued(ensure(NOW, renewed, stored(first)));

        assertThat(second.server().certificatePem()).isEqualTo(renewed.get("tls.crt"));
        assertThat(second.bundle()).isEqualTo(first.bundle());
    }

    /** Whoever has read ca.crt a minute ago must be able to verify the server. */
    @Test
    void oneOfANewAuthorityIsPublishedBeforeItIsServed() {
        var first = issued(ensure(NOW, good, nothing()));
        var other = maker.authority("other", "corp", Duration.ofDays(1000));
        var wish = given(other, HOST);

        var published = issued(ensure(NOW, wish, stored(first)));
        assertThat(published.server().certificatePem()).isEqualTo(good.get("tls.crt"));
        assertThat(published.bundle()).contains(other.certificatePem(), company.certificatePem());
        assertThat(published.verdict().ready()).isTrue();
        assertThat(published.verdict().reason()).isEqualTo(Reason.AuthorityPublished);

        var seen = issued(ensure(NOW, wish, stored(published)));
        var then = NOW.plus(SETTINGS.overlap());
        assertThat(seen.due()).isEqualTo(then);
        assertThat(issued(ensure(then.minusSeconds(1), wish, stored(seen)))
                        .server()
                        .certificatePem())
                .isEqualTo(good.get("tls.crt"));
        var served = issued(ensure(then, wish, stored(seen)));
        assertThat(served.server().certificatePem()).isEqualTo(wish.get("tls.crt"));
        assertThat(served.bundle()).contains(company.certificatePem());
    }

    @Test
    void theSourceChangesWithoutLosingAClient() {
        var own = issued(CertificateIssuerTest.ensure(NOW, SETTINGS, new Wish.Own(), nothing()));
        var published = issued(ensure(NOW, good, stored(own)));
        assertThat(published.server().serial()).isEqualTo(own.server().serial());
        assertThat(published.source()).isEqualTo("Secret");
        var seen = issued(ensure(NOW, good, stored(published)));
        var given = issued(ensure(NOW.plus(SETTINGS.overlap()), good, stored(seen)));
        assertThat(given.server().certificatePem()).isEqualTo(good.get("tls.crt"));

        // Back: the resource's own authority was published all the time.
        var back = issued(
                CertificateIssuerTest.ensure(NOW.plus(SETTINGS.overlap()), SETTINGS, new Wish.Own(), stored(given)));
        assertThat(back.source()).isEqualTo("Operator");
        assertThat(back.server().certificatePem()).isNotEqualTo(good.get("tls.crt"));
        assertThat(back.bundle()).contains(company.certificatePem());
    }

    @Test
    void itsEndIsWarnedOfByATimer() {
        var first = issued(ensure(NOW, good, nothing()));
        var warning = NOW.plus(LIFE).minus(SETTINGS.warning());
        assertThat(first.due()).isBeforeOrEqualTo(warning);

        var before = issued(ensure(warning.minusSeconds(1), good, stored(first)));
        assertThat(before.verdict().reason()).isEqualTo(Reason.CertificateCurrent);
        assertThat(before.due()).isEqualTo(warning);
        var then = issued(ensure(warning, good, stored(first)));
        assertThat(then.verdict().ready()).isTrue();
        assertThat(then.verdict().reason()).isEqualTo(Reason.CertificateExpiresSoon);
        assertThat(then.verdict().message()).contains(NOW.plus(LIFE).toString());
    }

    private void waits(Map<String, String> content, Reason reason, String words) {
        var verdict = waiting(ensure(NOW, content, nothing()));
        assertThat(verdict.reason()).isEqualTo(reason);
        assertThat(verdict.message()).contains(words);
    }

    private static Verdict waiting(Issuance issuance) {
        return switch (issuance) {
            case Issuance.Waiting(var verdict) -> verdict;
            case Issuance.Issued(var identity) -> throw new AssertionError("Issued: " + identity);
        };
    }

    private static Issuance ensure(Instant now, Map<String, String> content, Stored stored) {
        return CertificateIssuerTest.ensure(now, SETTINGS, new Wish.Given("Secret", "Secret given", content), stored);
    }

    private static Stored nothing() {
        return new Stored(Map.of(), Map.of(), List.of());
    }

    /** After all Secrets of {@code identity} were written. */
    private static Stored stored(ServerIdentity identity) {
        return new Stored(identity.authoritySecret(), identity.serverSecret(), List.of(identity.bundle()));
    }

    private Map<String, String> given(KeyedCertificate authority, String name) {
        var pair = maker.server("given", new ServerNames(List.of(name), List.of()), LIFE, authority);
        return Map.of("tls.crt", pair.certificatePem(), "tls.key", pair.keyPem(), "ca.crt", authority.certificatePem());
    }

    private Map<String, String> without(String key) {
        var content = new HashMap<>(good);
        content.remove(key);
        return content;
    }

    private Map<String, String> with(String key, String value) {
        var content = new HashMap<>(good);
        content.put(key, Objects.requireNonNull(value));
        return content;
    }
}
