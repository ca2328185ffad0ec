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
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Optional;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
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

    /** The pair that the two texts hold; empty when one is missing, is no certificate or no EC key, or is not the other's. */
    static Optional<KeyedCertificate> read(@Nullable String certificatePem, @Nullable String keyPem) {
        if (certificatePem == null || keyPem == null) {
            return Optional.empty();
        }
        try {
            var pair = new KeyedCertificate(certificate(certificatePem), key(keyPem), certificatePem, keyPem);
            return belongTogether(pair.certificate(), pair.key()) ? Optional.of(pair) : Optional.empty();
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether the certificate's public key verifies what the private key signs. */
    private static boolean belongTogether(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        var message = certificate.getSignature();
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(message);
        var signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(message);
        return signature.verify(signed);
    }

    private static X509Certificate certificate(String pem) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    private static PrivateKey key(String pem) throws GeneralSecurityException, IOException {
        try (var reader = new PemReader(new StringReader(pem))) {
            var block = reader.readPemObject();
            if (block == null) {
                throw new IOException("No PEM block");
            }
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(block.getContent()));
        }
    }
}
