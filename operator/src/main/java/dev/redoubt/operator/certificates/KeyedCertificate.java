package dev.redoubt.operator.certificates;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * A certificate and its private key, parsed and as the PEM text that is stored. Prints no key.
 *
 * @param certificatePem the certificate alone, one PEM block
 * @param keyPem the key, PKCS #8
 */
public record KeyedCertificate(X509Certificate certificate, PrivateKey key, String certificatePem, String keyPem) {
    /** When the certificate ends. */
    public Instant notAfter() {
        return certificate.getNotAfter().toInstant();
    }

    /** When it was made, to the second. */
    public Instant issuedAt() {
        return certificate.getNotBefore().toInstant().plus(CertificateIssuer.BACKDATE);
    }

    /** When two thirds of its life are over: the time to renew it. */
    public Instant renewAt() {
        var from = certificate.getNotBefore().toInstant();
        var life = Duration.between(from, notAfter());
        return from.plus(life.multipliedBy(2).dividedBy(3));
    }

    /** The serial number in lower-case hexadecimal. */
    public String serial() {
        return certificate.getSerialNumber().toString(16);
    }

    @Override
    public String toString() {
        return "KeyedCertificate[" + certificate.getSubjectX500Principal() + ", serial " + serial() + ", until "
                + notAfter() + "]";
    }
}
