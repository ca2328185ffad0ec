package dev.redoubt.operator.certificates;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.Optional;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes keys and certificates: ECDSA on P-256, signed with SHA-256. */
final class CertificateMaker {
    /** Clocks differ: a certificate is valid a little before it was made, by this or by a tenth of its life if that is less. */
    private static final Duration BACKDATE = Duration.ofMinutes(5);

    private static final int TENTH = 10;
    /** RFC 5280 allows 20 octets; 127 random bits are positive and never collide. */
    private static final int SERIAL_BITS = 127;

    private static final DateTimeFormatter COMPACT =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Clock clock;
    private final SecureRandom random;

    CertificateMaker(Clock clock, SecureRandom random) {
        this.clock = clock;
        this.random = random;
    }

    /** When a certificate of this maker that is valid {@code from} … {@code until} was made, to the second. */
    static Instant issuedAt(Instant from, Instant until) {
        var tenth = Duration.between(from, until).dividedBy(TENTH + 1);
        return from.plus(tenth.compareTo(BACKDATE) < 0 ? tenth : BACKDATE);
    }

    /**
     * An authority that signs itself. Its name says when it was made: a client that finds the issuer by name alone must not take one for
     * its successor.
     */
    KeyedCertificate authority(String resource, String namespace, Duration life) {
        var keys = newKeys();
        var subject = new X500Principal(
                "CN=%s CA %s, O=%s, OU=Redoubt".formatted(resource, COMPACT.format(clock.instant()), namespace));
        var builder = builder(subject, subject, life, Instant.MAX, keys);
        try {
            var extensions = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(keys.getPublic()));
            return signed(builder, keys, keys);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("The extensions of a CA certificate could not be written", e);
        }
    }

    /** A server's certificate, which does not outlive {@code authority}. A replica presents it to its primary: it is a client's too. */
    KeyedCertificate server(String resource, ServerNames names, Duration life, KeyedCertificate authority) {
        return leaf(resource, Optional.of(names), life, authority);
    }

    /** A client's certificate, which does not outlive {@code authority}. */
    KeyedCertificate client(String user, Duration life, KeyedCertificate authority) {
        return leaf(user, Optional.empty(), life, authority);
    }

    private KeyedCertificate leaf(
            String commonName, Optional<ServerNames> names, Duration life, KeyedCertificate authority) {
        var keys = newKeys();
        var issuer = authority.certificate().getSubjectX500Principal();
        var builder = builder(issuer, new X500Principal("CN=" + commonName), life, authority.notAfter(), keys);
        try {
            var extensions = new JcaX509ExtensionUtils();
            PublicKey issuerKey = authority.certificate().getPublicKey();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes(names.isPresent())));
            if (names.isPresent()) {
                builder.addExtension(Extension.subjectAlternativeName, false, generalNames(names.get()));
            }
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(keys.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(issuerKey));
            return signed(builder, keys, new KeyPair(issuerKey, authority.key()));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("The extensions of a certificate could not be written", e);
        }
    }

    private static KeyPurposeId[] purposes(boolean server) {
        return server
                ? new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}
                : new KeyPurposeId[] {KeyPurposeId.id_kp_clientAuth};
    }

    private static GeneralNames generalNames(ServerNames names) {
        var all = Stream.concat(
                names.dns().stream().map(name -> new GeneralName(GeneralName.dNSName, name)),
                names.addresses().stream().map(address -> new GeneralName(GeneralName.iPAddress, address)));
        return new GeneralNames(all.toArray(GeneralName[]::new));
    }

    private JcaX509v3CertificateBuilder builder(
            X500Principal issuer, X500Principal subject, Duration life, Instant latest, KeyPair keys) {
        var now = clock.instant();
        var end = now.plus(life);
        var last = end.isBefore(latest) ? end : latest;
        var tenth = Duration.between(now, last).dividedBy(TENTH);
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, random),
                Date.from(now.minus(tenth.compareTo(BACKDATE) < 0 ? tenth : BACKDATE)),
                Date.from(last),
                subject,
                keys.getPublic());
    }

    private static KeyedCertificate signed(JcaX509v3CertificateBuilder builder, KeyPair keys, KeyPair signer) {
        try {
            var contentSigner = new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate());
            var certificate = new JcaX509CertificateConverter().getCertificate(builder.build(contentSigner));
            return new KeyedCertificate(
                    certificate,
                    keys.getPrivate(),
                    Pem.write("CERTIFICATE", certificate.getEncoded()),
                    Pem.write("PRIVATE KEY", keys.getPrivate().getEncoded()));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException("Signing with a fresh EC key failed", e);
        }
    }

    private KeyPair newKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java runtime has the curve secp256r1", e);
        }
    }
}
