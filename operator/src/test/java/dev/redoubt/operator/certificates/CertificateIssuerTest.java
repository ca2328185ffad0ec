package dev.redoubt.operator.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    private static final Duration BACKDATED = Duration.ofMinutes(5);
    private static final ServerNames NAMES =
            new ServerNames(List.of("cache-redis.shop.svc", "localhost"), List.of("127.0.0.1"));

    private final ServerIdentity first = ensure(NOW, NAMES, Map.of(), Map.of());

    @Test
    void theJdkTrustsTheServerByItsAuthorityAlone() throws Exception {
        validate(first.server().certificate(), first.authority().certificate(), NOW);
        validate(first.server().certificate(), first.authority().certificate(), NOW.minus(BACKDATED));
    }

    @Test
    void theJdkDoesNotTrustItByAnother() {
        var other = ensure(NOW, NAMES, Map.of(), Map.of());

        assertThatThrownBy(() ->
                        validate(first.server().certificate(), other.authority().certificate(), NOW))
                .isInstanceOf(CertPathValidatorException.class);
    }

    @Test
    void theJdkDoesNotTrustItAfterItsEnd() {
        assertThatThrownBy(() -> validate(
                        first.server().certificate(),
                        first.authority().certificate(),
                        NOW.plus(SERVER).plusSeconds(1)))
                .isInstanceOf(CertPathValidatorException.class);
    }

    @Test
    void aServerCannotIssueCertificates() {
        assertThat(first.server().certificate().getBasicConstraints()).isEqualTo(-1);
        // Of an authority: how many may follow it in a chain, the server's own not counted.
        assertThat(first.authority().certificate().getBasicConstraints()).isZero();
    }

    @Test
    void keysAndSignaturesAreEllipticOnP256() {
        for (var keyed : List.of(first.authority(), first.server())) {
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
        assertThat(first.authority().certificate().getKeyUsage()[keyCertSign]).isTrue();
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
        assertThat(first.server().notAfter()).isEqualTo(NOW.plus(SERVER));
        assertThat(first.authority().certificate().getNotBefore().toInstant()).isEqualTo(NOW.minus(BACKDATED));
        assertThat(first.authority().notAfter()).isEqualTo(NOW.plus(AUTHORITY));
    }

    @Test
    void serialNumbersArePositiveAndDiffer() {
        var serials = new HashSet<String>();
        for (var i = 0; i < 50; i++) {
            var identity = ensure(NOW, NAMES, Map.of(), Map.of());
            assertThat(identity.server().certificate().getSerialNumber().signum())
                    .isPositive();
            serials.add(identity.server().serial());
            serials.add(identity.authority().serial());
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
    void theServerIsRenewedWhenTwoThirdsOfItsLifeAreOver() {
        var life = SERVER.plus(BACKDATED);
        var due = NOW.minus(BACKDATED).plus(life.multipliedBy(2).dividedBy(3));

        assertThat(first.server().renewAt()).isEqualTo(due);
        var before = ensure(due.minusMillis(1), NAMES, first.authoritySecret(), first.serverSecret());
        var then = ensure(due, NAMES, first.authoritySecret(), first.serverSecret());

        assertThat(before.server().serial()).isEqualTo(first.server().serial());
        assertThat(then.server().serial()).isNotEqualTo(first.server().serial());
        assertThat(then.server().notAfter()).isEqualTo(due.plus(SERVER).minusMillis(due.toEpochMilli() % 1000));
        assertThat(then.authoritySecret()).isEqualTo(first.authoritySecret());
    }

    @Test
    void otherNamesTakeAnotherCertificateOfTheSameAuthority() throws Exception {
        var wider = new ServerNames(List.of("cache-redis.shop.svc", "localhost", "new"), List.of("127.0.0.1"));

        var widened = ensure(NOW, wider, first.authoritySecret(), first.serverSecret());

        assertThat(widened.server().serial()).isNotEqualTo(first.server().serial());
        assertThat(widened.authoritySecret()).isEqualTo(first.authoritySecret());
        validate(widened.server().certificate(), first.authority().certificate(), NOW);
    }

    @Test
    void theOrderOfNamesMakesNoDifference() {
        var reordered =
                new ServerNames(List.of("localhost", "cache-redis.shop.svc", "localhost"), List.of("127.0.0.1"));

        assertThat(ensure(NOW, reordered, first.authoritySecret(), first.serverSecret())
                        .serverSecret())
                .isEqualTo(first.serverSecret());
    }

    /** So that no server certificate ever outlives it, and clients have a server certificate's life to notice. */
    @Test
    void theAuthorityIsReplacedTwoServerLivesBeforeItsEnd() throws Exception {
        var due = NOW.plus(AUTHORITY).minus(SERVER.multipliedBy(2));

        var before = ensure(due.minusSeconds(1), NAMES, first.authoritySecret(), first.serverSecret());
        var then = ensure(due, NAMES, first.authoritySecret(), first.serverSecret());

        assertThat(before.authoritySecret()).isEqualTo(first.authoritySecret());
        assertThat(then.authority().serial()).isNotEqualTo(first.authority().serial());
        validate(then.server().certificate(), then.authority().certificate(), due);
    }

    @Test
    void aServerOfAnotherAuthorityIsReplaced() throws Exception {
        var other = ensure(NOW, NAMES, Map.of(), Map.of());

        var mended = ensure(NOW, NAMES, first.authoritySecret(), other.serverSecret());

        assertThat(mended.authoritySecret()).isEqualTo(first.authoritySecret());
        validate(mended.server().certificate(), first.authority().certificate(), NOW);
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
        assertThat(first.authoritySecret()).containsOnlyKeys("ca.crt", "ca.key");
        assertThat(first.serverSecret()).containsOnlyKeys("tls.crt", "tls.key", "ca.crt");
        assertThat(first.serverSecret().get("ca.crt"))
                .isEqualTo(first.authority().certificatePem());
    }

    private static ServerIdentity ensure(
            Instant now, ServerNames names, Map<String, String> authority, Map<String, String> server) {
        return new CertificateIssuer(Clock.fixed(now, ZoneOffset.UTC), new SecureRandom(), AUTHORITY, SERVER)
                .ensure("cache", "shop", names, authority, server);
    }

    private static void validate(X509Certificate server, X509Certificate authority, Instant at) throws Exception {
        var parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(at));
        var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(server));
        CertPathValidator.getInstance("PKIX").validate(path, parameters);
    }
}
