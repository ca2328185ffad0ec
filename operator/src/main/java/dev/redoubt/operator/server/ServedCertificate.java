package dev.redoubt.operator.server;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** The certificate that a server presents to a new connection, whatever its files say. */
final class ServedCertificate {
    private static final char[] NO_PASSWORD = {};

    private ServedCertificate() {}

    /**
     * Makes a connection, and ends it after the handshake. Nothing is sent over it, so any certificate will do: one that has ended is to be
     * replaced all the more.
     *
     * @return the serial number in lower-case hexadecimal
     * @throws IOException if there is no handshake within twice {@code timeout}
     */
    static String serial(ServerTarget target, Duration timeout) throws IOException {
        var millis = Math.toIntExact(timeout.toMillis());
        try (var plain = new Socket()) {
            plain.connect(new InetSocketAddress(target.address(), target.port()), millis);
            plain.setSoTimeout(millis);
            // With a context that others used a session could be resumed, and the certificate be that of before.
            try (var socket = (SSLSocket) context("TLS", target, new TrustManager[] {new Anybody()})
                    .getSocketFactory()
                    .createSocket(plain, target.host(), target.port(), true)) {
                socket.startHandshake();
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

    /**
     * What trusts the authorities of {@code target} and nobody else, and presents what the operator has to. Connections that share it may
     * resume each other's session.
     */
    static SSLContext trusting(ServerTarget target) {
        return context("TLS", target, authorities(target));
    }

    /**
     * The same for one who comes again and again, with room for its last session. It speaks TLS 1.2, which takes no agreement on keys for a
     * session that is resumed: with 1.3 a connection takes twice the processor time.
     */
    static SSLContext resuming(ServerTarget target) {
        var context = context("TLSv1.2", target, authorities(target));
        context.getClientSessionContext().setSessionCacheSize(1);
        return context;
    }

    private static SSLContext context(String protocol, ServerTarget target, TrustManager[] trusted) {
        try {
            var context = SSLContext.getInstance(protocol);
            context.init(keys(target), trusted, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("The operator's own certificate cannot be read", e);
        }
    }

    private static TrustManager[] authorities(ServerTarget target) {
        try {
            var store = emptyStore();
            for (var authority : certificates(target.authorityPem())) {
                store.setCertificateEntry("authority-" + store.size(), authority);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            return trust.getTrustManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("The authorities' certificates cannot be read", e);
        }
    }

    /** Looks at a certificate, and does not judge it. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static KeyManager[] keys(ServerTarget target) throws GeneralSecurityException, IOException {
        if (target.certificate().isEmpty()) {
            return new KeyManager[0];
        }
        var presented = target.certificate().get();
        var store = emptyStore();
        store.setKeyEntry(
                "client",
                presented.key(),
                NO_PASSWORD,
                certificates(presented.certificatePem()).toArray(Certificate[]::new));
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        return keys.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
