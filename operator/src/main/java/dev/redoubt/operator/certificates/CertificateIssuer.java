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
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
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

/**
 * Makes and renews one certificate authority and one server certificate per resource: ECDSA on P-256, signed with
 * SHA-256. What is stored and still good is kept, byte for byte.
 */
public final class CertificateIssuer {
    /** Key of the authority's certificate in the CA Secret and in every Secret that clients read. */
    public static final String CA_CERTIFICATE = "ca.crt";
    /** Key of the authority's private key in the CA Secret; in no other. */
    public static final String CA_KEY = "ca.key";
    /** Key of the server certificate in the TLS Secret. */
    public static final String CERTIFICATE = "tls.crt";
    /** Key of the server's private key in the TLS Secret. */
    public static final String KEY = "tls.key";

    /** Clocks differ: a certificate is valid a little before it was made. */
    static final Duration BACKDATE = Duration.ofMinutes(5);
    /** RFC 5280 allows 20 octets; 127 random bits are positive and never collide. */
    private static final int SERIAL_BITS = 127;

    private final Clock clock;
    private final SecureRandom random;
    private final Duration authorityValidity;
    private final Duration serverValidity;

    /**
     * @param authorityValidity life of an authority; it is replaced when less than two server certificates' lives of
     *     it are left
     * @param serverValidity life of a server certificate; it is renewed after two thirds of it
     */
    public CertificateIssuer(Clock clock, SecureRandom random, Duration authorityValidity, Duration serverValidity) {
        this.clock = clock;
        this.random = random;
        this.authorityValidity = authorityValidity;
        this.serverValidity = serverValidity;
    }

    /**
     * The certificates that the resource shall have now.
     *
     * @param storedAuthority the CA Secret's content, empty if there is none
     * @param storedServer the TLS Secret's content, empty if there is none
     */
    public ServerIdentity ensure(
            String resource,
            String namespace,
            ServerNames names,
            Map<String, String> storedAuthority,
            Map<String, String> storedServer) {
        var authority = Pem.read(storedAuthority.get(CA_CERTIFICATE), storedAuthority.get(CA_KEY))
                .filter(this::outlivesServers)
                .orElseGet(() -> newAuthority(resource, namespace));
        var server = Pem.read(storedServer.get(CERTIFICATE), storedServer.get(KEY))
                .filter(found -> isCurrent(found, authority, names))
                .orElseGet(() -> newServer(resource, names, authority));
        return new ServerIdentity(authority, server);
    }

    private boolean outlivesServers(KeyedCertificate authority) {
        return authority.notAfter().isAfter(clock.instant().plus(serverValidity.multipliedBy(2)));
    }

    private boolean isCurrent(KeyedCertificate server, KeyedCertificate authority, ServerNames names) {
        return clock.instant().isBefore(server.renewAt())
                && isSignedBy(server, authority)
                && subjectNames(server).equals(Optional.of(names));
    }

    private static boolean isSignedBy(KeyedCertificate server, KeyedCertificate authority) {
        try {
            server.certificate().verify(authority.certificate().getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static Optional<ServerNames> subjectNames(KeyedCertificate server) {
        try {
            var names = Optional.ofNullable(server.certificate().getSubjectAlternativeNames())
                    .orElse(List.of());
            return Optional.of(
                    new ServerNames(valuesOf(names, GeneralName.dNSName), valuesOf(names, GeneralName.iPAddress)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /** Each entry of the JDK's collection is a pair of the kind of name and the name. */
    private static List<String> valuesOf(Collection<List<?>> names, int kind) {
        return names.stream()
                .filter(pair -> pair.getFirst().equals(kind))
                .map(pair -> String.valueOf(pair.getLast()))
                .toList();
    }

    private KeyedCertificate newAuthority(String resource, String namespace) {
        var keys = newKeys();
        var subject = new X500Principal("CN=%s CA, O=%s, OU=Redoubt".formatted(resource, namespace));
        var builder =
                builder(subject, subject, authorityValidity, clock.instant().plus(authorityValidity), keys);
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

    private KeyedCertificate newServer(String resource, ServerNames names, KeyedCertificate authority) {
        var keys = newKeys();
        var issuer = authority.certificate().getSubjectX500Principal();
        var builder = builder(issuer, new X500Principal("CN=" + resource), serverValidity, authority.notAfter(), keys);
        try {
            var extensions = new JcaX509ExtensionUtils();
            PublicKey issuerKey = authority.certificate().getPublicKey();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            // A replica presents the same certificate to its primary: it is a client's too.
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            builder.addExtension(Extension.subjectAlternativeName, false, generalNames(names));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(keys.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, extensions.createAuthorityKeyIdentifier(issuerKey));
            return signed(builder, keys, new KeyPair(issuerKey, authority.key()));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("The extensions of a server certificate could not be written", e);
        }
    }

    private static GeneralNames generalNames(ServerNames names) {
        var all = Stream.concat(
                names.dns().stream().map(name -> new GeneralName(GeneralName.dNSName, name)),
                names.addresses().stream().map(address -> new GeneralName(GeneralName.iPAddress, address)));
        return new GeneralNames(all.toArray(GeneralName[]::new));
    }

    private JcaX509v3CertificateBuilder builder(
            X500Principal issuer, X500Principal subject, Duration validity, Instant latest, KeyPair keys) {
        var now = clock.instant();
        var end = now.plus(validity);
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, random),
                Date.from(now.minus(BACKDATE)),
                Date.from(end.isBefore(latest) ? end : latest),
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
