package dev.redoubt.operator.certificates;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;
import org.jspecify.annotations.Nullable;

/** PEM text to certificates and keys and back. */
final class Pem {
    private Pem() {}

    static String write(String type, byte[] der) {
        var text = new StringWriter();
        try (var writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, der));
        } catch (IOException e) {
            throw new UncheckedIOException("A StringWriter does not fail", e);
        }
        return text.toString();
    }

    static String write(X509Certificate certificate) {
        try {
            return write("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("A certificate that was read can be written", e);
        }
    }

    /** The pair that the two texts hold; empty when one is missing, cannot be read, or is not the other's. */
    static Optional<KeyedCertificate> read(@Nullable String certificatePem, @Nullable String keyPem) {
        if (certificatePem == null || keyPem == null) {
            return Optional.empty();
        }
        var chain = certificates(certificatePem);
        var key = key(keyPem);
        return chain.isEmpty() || key.isEmpty() || !belongTogether(chain.get().getFirst(), key.get())
                ? Optional.empty()
                : Optional.of(new KeyedCertificate(chain.get().getFirst(), key.get(), certificatePem, keyPem));
    }

    /** All certificates of {@code pem}, at least one; empty if it holds none, or one that cannot be read. */
    static Optional<List<X509Certificate>> certificates(String pem) {
        try {
            var found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
            return found.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            found.stream().map(X509Certificate.class::cast).toList());
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /** The private key of {@code pem}, in PKCS #8 or as OpenSSL writes EC and RSA keys; empty if it is encrypted or none. */
    static Optional<PrivateKey> key(String pem) {
        try (var parser = new PEMParser(new StringReader(pem))) {
            for (var block = parser.readObject(); block != null; block = parser.readObject()) {
                // "EC PARAMETERS" may come before the key.
                if (block instanceof PrivateKeyInfo info) {
                    return key(info);
                }
                if (block instanceof PEMKeyPair pair) {
                    return key(pair.getPrivateKeyInfo());
                }
            }
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** By the first of the algorithms that it is a key of. */
    private static Optional<PrivateKey> key(PrivateKeyInfo info) throws IOException {
        var specification = new PKCS8EncodedKeySpec(info.getEncoded());
        for (var algorithm : List.of("EC", "RSA", "EdDSA")) {
            try {
                return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(specification));
            } catch (GeneralSecurityException e) {
                // A key of another one.
            }
        }
        return Optional.empty();
    }

    /** Whether the certificate's public key verifies what the private key signs. */
    static boolean belongTogether(X509Certificate certificate, PrivateKey key) {
        try {
            var message = certificate.getSignature();
            var signature = Signature.getInstance(
                    switch (key.getAlgorithm()) {
                        case "EC", "ECDSA" -> "SHA256withECDSA";
                        case "RSA" -> "SHA256withRSA";
                        default -> key.getAlgorithm();
                    });
            signature.initSign(key);
            signature.update(message);
            var signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(message);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
