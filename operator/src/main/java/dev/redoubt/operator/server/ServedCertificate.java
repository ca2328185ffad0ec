package dev.redoubt.operator.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** The certificate that a server presents to a new connection, whatever its files say. */
final class ServedCertificate {
    private ServedCertificate() {}

    /**
     * Makes a connection, and ends it after the handshake.
     *
     * @return the serial number in lower-case hexadecimal
     * @throws IOException if there is no handshake within twice {@code timeout}, or the certificate is not trusted
     */
    static String serial(ServerTarget target, Duration timeout) throws IOException {
        var millis = Math.toIntExact(timeout.toMillis());
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress(target.address(), target.port()), millis);
            plain.setSoTimeout(millis);
            // With a context that others used a session could be resumed, and the certificate be that of before.
            try (var socket = handshake(plain, target, trusting(target.authorityPem()))) {
                var served = (X509Certificate) socket.getSession().getPeerCertificates()[0];
                return served.getSerialNumber().toString(16);
            }
        }
    }

    /**
     * TLS over {@code plain}, with the server's name and authority verified.
     *
     * @param context of {@link #trusting}
     * @throws IOException if there is no handshake, or the certificate is not trusted
     */
    static SSLSocket handshake(Socket plain, ServerTarget target, SSLContext context) throws IOException {
        var socket = (SSLSocket) context.getSocketFactory().createSocket(plain, target.host(), target.port(), true);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    /** What trusts {@code authorityPem} and nobody else. Connections that share it may resume each other's session. */
    static SSLContext trusting(String authorityPem) {
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry(
                    "authority",
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(
                                    new ByteArrayInputStream(authorityPem.getBytes(StandardCharsets.US_ASCII))));
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("The authority's own certificate cannot be read", e);
        }
    }
}
