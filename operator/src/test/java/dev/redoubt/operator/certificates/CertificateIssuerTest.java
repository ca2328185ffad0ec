package dev.redoubt.operator.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.redoubt.operator.certificates.CertificateIssuer.Issuance;
import dev.redoubt.operator.certificates.CertificateIssuer.Stored;
import dev.redoubt.operator.settings.OperatorSettings.Certificates;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CertificateIssuerTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration AUTHORITY = Duration.ofDays(3650);
    private static final Duration SERVER = Duration.ofDays(90);
    private static final Duration OVERLAP = Duration.ofDays(7);
    private static final Duration BACKDATED = Duration.ofMinutes(5);
    private static final Certificates SETTINGS = new Certificates(AUTHORITY, SERVER, OVERLAP, Duration.ofDays(14));
    private static final ServerNames NAMES =
            new ServerNames(List.of("cache-redis.shop.svc", "localhost"), List.of("127.0.0.1"));

    private final ServerIdentity first = ensure(NOW, NAMES, Map.of(), Map.of());

    @Test
    void theJdkTrustsTheServerByItsAuthorityAlone() throws Exception {
        validate(first.server(), first.authority().current(), NOW);
        validate(first.server(), first.authority().current(), NOW.minus(BACKDATED));
    }

    @Test
    void theJdkDoesNotTrustItByAnother() {
        var other = ensure(NOW, NAMES, Map.of(), Map.of());

        assertThatThrownBy(() -> validate(first.server(), other.authority().current(), NOW))
                .isInstanceOf(CertPathValidatorException.class);
    }

    @Test
    void theJdkDoesNotTrustItAfterItsEnd() {
        assertThatThrownBy(() -> validate(
                        first.server(),
                        first.authority().current(),
                        NOW.plus(SERVER).plusSeconds(1)))
                .isInstanceOf(CertPathValidatorException.class);
    }

    @Test
    void aServerCannotIssueCertificates() {
        assertThat(first.server().certificate().getBasicConstraints()).isEqualTo(-1);
        // Of an authority: how many may follow it in a chain, the server's own not counted.
        assertThat(first.authority().current().certificate().getBasicConstraints())
                .isZero();
    }

    @Test
    void keysAndSignaturesAreEllipticOnP256() {
        for (var keyed : List.of(first.authority().current(), first.server())) {
            assertThat(keyed.certificate().getSigAlgName()).isEqualTo("SHA256withECDSA");
            assertThat(keyed.certificate().getVersion()).isEqualTo(3);
            assertThat(keyed.key()).isInstanceOfSatisfying(ECPrivateKey.class, key -> assertThat(
                            key.getParams().getOrder().bitLength())
                    .isEqualTo(256));
            assertThat(keyed.certificate().getPublicKey()).isInstanceOfSatisfying(ECPublicKey.class, key -> assertThat(
                            key.getParams().toString())
                    .contains("secp256r1"));
            assertThat(keyed.keyPem())
                    .startsWith("-----BEGIN PRIVATE KEY-----\n")
                    .endsWith("-----END PRIVATE KEY-----\n");
            assertThat(keyed.certificatePem()).containsOnlyOnce("-----BEGIN CERTIFICATE-----");
        }
    }

    @Test
    void theyMayBeUsedForWhatTheyAreUsedFor() throws Exception {
        var digitalSignature = 0;
        var keyCertSign = 5;

        assertThat(first.server().certificate().getExtendedKeyUsage())
                .containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(first.server().certificate().getKeyUsage()[digitalSignature]).isTrue();
        assertThat(first.server().certificate().getKeyUsage()[keyCertSign]).isFalse();
        assertThat(first.authority().current().certificate().getKeyUsage()[keyCertSign])
                .isTrue();
    }

    @Test
    void theServerCarriesExactlyItsNames() throws Exception {
        var dns = 2;
        var address = 7;

        assertThat(first.server().certificate().getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(
                        List.of(dns, "cache-redis.shop.svc"), List.of(dns, "localhost"), List.of(address, "127.0.0.1"));
    }

    @Test
    void theyAreValidFromALittleBeforeNowForAsLongAsIsSet() {
        assertThat(first.server().certificate().getNotBefore().toInstant()).isEqualTo(NOW.minus(BACKDATED));
        assertThat(first.server().issuedAt()).isEqualTo(NOW);
        assertThat(first.server().notAfter()).isEqualTo(NOW.plus(SERVER));
        assertThat(first.authority().current().certificate().getNotBefore().toInstant())
                .isEqualTo(NOW.minus(BACKDATED));
        assertThat(first.authority().current().notAfter()).isEqualTo(NOW.plus(AUTHORITY));
    }

    /** Otherwise two thirds of the life of one that is shorter than the backdating would be over when it is made. */
    @Test
    void aShortLivedOneIsBackdatedByATenthOfItsLife() {
        var settings = new Certificates(
                Duration.ofMinutes(10), Duration.ofSeconds(100), Duration.ofSeconds(30), Duration.ofSeconds(10));
        var brief = issued(ensure(NOW, settings, new Wish.Own(), new Stored(Map.of(), Map.of(), List.of())));

        assertThat(brief.server().certificate().getNotBefore().toInstant()).isEqualTo(NOW.minusSeconds(10));
        assertThat(brief.server().issuedAt()).isEqualTo(NOW);
        assertThat(brief.server().renewAt()).isBetween(NOW.plusSeconds(59), NOW.plusSeconds(67));
    }

    @Test
    void serialNumbersArePositiveAndDiffer() {
        var serials = new HashSet<String>();
        for (var i = 0; i < 50; i++) {
            var identity = ensure(NOW, NAMES, Map.of(), Map.of());
            assertThat(identity.server().certificate().getSerialNumber().signum())
                    .isPositive();
            serials.add(identity.server().serial());
            serials.add(identity.authority().current().serial());
        }
        assertThat(serials).hasSize(100);
    }

    @Test
    void whatIsStoredAndGoodIsKeptByteForByte() {
        var again = ensure(NOW.plus(Duration.ofDays(1)), NAMES, first.authoritySecret(), first.serverSecret());

        assertThat(again.authoritySecret()).isEqualTo(first.authoritySecret());
        assertThat(again.serverSecret()).isEqualTo(first.serverSecret());
    }

    @Test
    void theServerIsRenewedWhenAboutTwoThirdsOfItsLifeAreOver() {
        var due = first.server().renewAt();
        assertThat(due).isBetween(NOW.plus(Duration.ofDays(54)), NOW.plus(Duration.ofDays(60)));

        var before = ensure(due.minusMillis(1), NAMES, first.authoritySecret(), first.serverSecret());
        var then = ensure(due, NAMES, first.authoritySecret(), first.serverSecret());

        assertThat(before.server().serial()).isEqualTo(first.server().serial());
        assertThat(before.due()).isEqualTo(due);
        assertThat(then.server().serial()).isNotEqualTo(first.server().serial());
        assertThat(then.authoritySecret()).isEqualTo(first.authoritySecret());
    }

    /** What was made together is not renewed together. */
    @Test
    void renewalsAreSpreadOverAFifteenthOfTheLife() {
        var days = new HashSet<Long>();
        for (var i = 0; i < 200; i++) {
            var due = ensure(NOW, NAMES, Map.of(), Map.of()).server().renewAt();
            assertThat(due).isBetween(NOW.plus(Duration.ofDays(54)), NOW.plus(Duration.ofDays(60)));
            days.add(Duration.between(NOW, due).toDays());
        }
        assertThat(days).hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void otherNamesTakeAnotherCertificateOfTheSameAuthority() throws Exception {
        var wider = new ServerNames(List.of("cache-redis.shop.svc", "localhost", "new"), List.of("127.0.0.1"));

        var widened = ensure(NOW, wider, first.authoritySecret(), first.serverSecret());

        assertThat(widened.server().serial()).isNotEqualTo(first.server().serial());
        assertThat(widened.authoritySecret()).isEqualTo(first.authoritySecret());
        validate(widened.server(), first.authority().current(), NOW);
    }

    @Test
    void theOrderOfNamesMakesNoDifference() {
        var reordered =
                new ServerNames(List.of("localhost", "cache-redis.shop.svc", "localhost"), List.of("127.0.0.1"));

        assertThat(ensure(NOW, reordered, first.authoritySecret(), first.serverSecret())
                        .serverSecret())
                .isEqualTo(first.serverSecret());
    }

    @Test
    void whatCannotBeReadIsReplaced() {
        for (var damage : Set.of("", "no PEM", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")) {
            var damaged = new HashMap<>(first.serverSecret());
            damaged.put(CertificateIssuer.KEY, damage);

            var mended = ensure(NOW, NAMES, first.authoritySecret(), damaged);

            assertThat(mended.server().serial()).isNotEqualTo(first.server().serial());
            assertThat(mended.authoritySecret()).isEqualTo(first.authoritySecret());
        }
    }

    @Test
    void aKeyThatIsNotTheCertificatesIsReplacedWithIt() {
        var other = ensure(NOW, NAMES, Map.of(), Map.of());
        var mixed = new HashMap<>(first.serverSecret());
        mixed.put(
                CertificateIssuer.KEY,
                Objects.requireNonNull(other.serverSecret().get(CertificateIssuer.KEY)));

        var mended = ensure(NOW, NAMES, first.authoritySecret(), mixed);

        assertThat(mended.server().serial()).isNotEqualTo(first.server().serial());
        assertThat(mended.authoritySecret()).isEqualTo(first.authoritySecret());
    }

    @Test
    void theContentOfTheSecretsIsWhatTheirReadersNeed() {
        assertThat(first.authoritySecret()).containsOnlyKeys("ca.crt", "ca.key", "trust.json");
        assertThat(first.authoritySecret().get("trust.json")).doesNotContain("PRIVATE");
        assertThat(first.serverSecret()).containsOnlyKeys("tls.crt", "tls.key", "ca.crt");
        assertThat(first.serverSecret().get("ca.crt"))
                .isEqualTo(first.authority().current().certificatePem());
    }

    @Test
    void clientsHaveACertificateEachOnlyWhereTheyNeedOne() throws Exception {
        var subject = new Subject("cache", "shop", NAMES, List.of(), Set.of("app", "probe"));
        var stored = new Stored(first.authoritySecret(), first.serverSecret(), List.of());

        var required = issued(issuer(NOW, SETTINGS).ensure(subject, new Wish.Own(), stored));

        assertThat(required.clients()).containsOnlyKeys("app", "probe");
        var app = Objects.requireNonNull(required.clients().get("app"));
        assertThat(app.certificate().getSubjectX500Principal().getName()).isEqualTo("CN=app");
        assertThat(app.certificate().getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        validate(app, first.authority().current(), NOW);
        var kept = issued(issuer(NOW, SETTINGS)
                .ensure(
                        subject,
                        new Wish.Own(),
                        new Stored(required.authoritySecret(), required.serverSecret(), List.of())));
        assertThat(kept.authoritySecret()).isEqualTo(required.authoritySecret());
        assertThat(CertificateIssuer.client(kept.authoritySecret(), "app")).hasValue(app);
        assertThat(ensure(NOW, NAMES, kept.authoritySecret(), kept.serverSecret())
                        .authoritySecret())
                .isEqualTo(first.authoritySecret());
    }

    static ServerIdentity ensure(
            Instant now, ServerNames names, Map<String, String> authority, Map<String, String> server) {
        var subject = new Subject("cache", "shop", names, List.of(), Set.of());
        return issued(issuer(now, SETTINGS).ensure(subject, new Wish.Own(), new Stored(authority, server, List.of())));
    }

    static Issuance ensure(Instant now, Certificates settings, Wish wish, Stored stored) {
        var subject = new Subject("cache", "shop", NAMES, List.of("cache-redis.shop.svc"), Set.of());
        return issuer(now, settings).ensure(subject, wish, stored);
    }

    static ServerIdentity issued(Issuance issuance) {
        return switch (issuance) {
            case Issuance.Issued(var identity) -> identity;
            case Issuance.Waiting(var verdict) -> throw new AssertionError("Waiting: " + verdict);
        };
    }

    private static CertificateIssuer issuer(Instant now, Certificates settings) {
        return new CertificateIssuer(Clock.fixed(now, ZoneOffset.UTC), new SecureRandom(), settings);
    }

    private static void validate(KeyedCertificate leaf, KeyedCertificate authority, Instant at) throws Exception {
        validate(leaf.certificate(), authority.certificate(), at);
    }

    private static void validate(X509Certificate leaf, X509Certificate authority, Instant at) throws Exception {
        var parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(at));
        var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf));
        CertPathValidator.getInstance("PKIX").validate(path, parameters);
    }
}
