package dev.redoubt.operator.certificates;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/**
 * A certificate and its private key, parsed and as the PEM text that is stored. Prints no key.
 *
 * @param certificatePem the certificate, and after it those that lead to its authority, if there are any
 * @param keyPem the key, PKCS #8 if it is one of ours
 */
public record KeyedCertificate(X509Certificate certificate, PrivateKey key, String certificatePem, String keyPem) {
    private static final int JITTER_STEPS = 1000;
    /** The most of its life by which a certificate is renewed before two thirds of it are over: one in so many parts. */
    private static final int JITTER_PART = 15;

    /** When the certificate ends. */
    public Instant notAfter() {
        return certificate.getNotAfter().toInstant();
    }

    /** When it was made, to the second; only known of one that the operator made. */
    public Instant issuedAt() {
        return CertificateMaker.issuedAt(certificate.getNotBefore().toInstant(), notAfter());
    }

    /**
     * When to renew it: when two thirds of its life are over, or up to a fifteenth of it before. How much before is taken from its
     * serial number, so that certificates that were made together are not renewed together, and every look says the same.
     */
    public Instant renewAt() {
        var life = Duration.between(issuedAt(), notAfter());
        var step = Math.floorMod(certificate.getSerialNumber().intValue(), JITTER_STEPS);
        var earlier = life.multipliedBy(step).dividedBy((long) JITTER_STEPS * JITTER_PART);
        return issuedAt().plus(life.multipliedBy(2).dividedBy(3)).minus(earlier);
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
