package dev.redoubt.operator.certificates;

import java.util.Map;

/** A resource's own authority and the certificate that its servers present. */
public record ServerIdentity(KeyedCertificate authority, KeyedCertificate server) {
    /** Content of the CA Secret, which only the operator reads. */
    public Map<String, String> authoritySecret() {
        return Map.of(
                CertificateIssuer.CA_CERTIFICATE, authority.certificatePem(),
                CertificateIssuer.CA_KEY, authority.keyPem());
    }

    /** Content of the TLS Secret, which is mounted in the server's pods. */
    public Map<String, String> serverSecret() {
        return Map.of(
                CertificateIssuer.CA_CERTIFICATE, authority.certificatePem(),
                CertificateIssuer.CERTIFICATE, server.certificatePem(),
                CertificateIssuer.KEY, server.keyPem());
    }
}
