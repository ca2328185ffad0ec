package dev.redoubt.operator.cluster;

import dev.redoubt.operator.certificates.KeyedCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** What a client that speaks TLS by itself trusts and presents. */
public final class TlsContext {
    private TlsContext() {}

    /** Trusts the authorities in {@code authorityPem} alone, and presents nothing. */
    public static SSLContext trusting(String authorityPem) throws IOException {
        return of(authorityPem, Optional.empty());
    }

    /** Trusts the authorities in {@code authorityPem} alone, and presents {@code certificate}. */
    public static SSLContext of(String authorityPem, Optional<KeyedCertificate> certificate) throws IOException {
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            var pem = new ByteArrayInputStream(authorityPem.getBytes(StandardCharsets.US_ASCII));
            for (var authority : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("authority-" + store.size(), authority);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            var own = KeyStore.getInstance(KeyStore.getDefaultType());
            own.load(null, null);
            if (certificate.isPresent()) {
                own.setKeyEntry("client", certificate.get().key(), new char[0], new Certificate[] {
                    certificate.get().certificate()
                });
            }
            keys.init(own, new char[0]);
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
