package dev.redoubt.operator.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.redoubt.operator.settings.OperatorSettings;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the JDK's own TLS says of the certificates when it verifies host names as it does for HTTPS. */
class HandshakeTest {
    private static final int MAX_STEPS = 100;
    private static final char[] NO_PASSWORD = {};

    private final ServerIdentity identity = issue();

    @ParameterizedTest
    @CsvSource({
        "cache-redis.shop.svc, TLSv1.3",
        "cache-redis.shop.svc, TLSv1.2",
        "localhost, TLSv1.3",
        "127.0.0.1, TLSv1.3"
    })
    void aClientThatDialsOneOfTheNamesIsServed(String host, String protocol) throws Exception {
        assertThat(handshake(identity, identity, host, protocol)).isEqualTo(protocol);
    }

    @ParameterizedTest
    @ValueSource(strings = {"other-redis.shop.svc", "cache-redis.other.svc", "x.cache-redis.shop.svc", "127.0.0.2"})
    void aClientThatDialsAnotherNameIsWarned(String host) {
        assertThatThrownBy(() -> handshake(identity, identity, host, "TLSv1.3"))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("No ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aClientOfAnotherAuthorityIsWarned(String protocol) {
        assertThatThrownBy(() -> handshake(identity, issue(), "cache-redis.shop.svc", protocol))
                .isInstanceOf(SSLHandshakeException.class);
    }

    private static ServerIdentity issue() {
        var issuer =
                new CertificateIssuer(Clock.systemUTC(), new SecureRandom(), OperatorSettings.DEFAULTS.certificates());
        var names = new ServerNames(List.of("cache-redis.shop.svc", "localhost"), List.of("127.0.0.1"));
        return CertificateIssuerTest.issued(issuer.ensure(
                new Subject("cache", "shop", names, List.of(), Set.of()),
                new Wish.Own(),
                new CertificateIssuer.Stored(Map.of(), Map.of(), List.of())));
    }

    /** The protocol that a server with {@code served} and a client that trusts {@code trusted} agree on. */
    private static String handshake(ServerIdentity served, ServerIdentity trusted, String host, String protocol)
            throws Exception {
        var server = serverContext(served).createSSLEngine();
        server.setUseClientMode(false);
        var client = clientContext(trusted).createSSLEngine(host, 6379);
        client.setUseClientMode(true);
        client.setEnabledProtocols(new String[] {protocol});
        var parameters = client.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        client.setSSLParameters(parameters);
        shakeHands(client, server);
        return client.getSession().getProtocol();
    }

    private static void shakeHands(SSLEngine client, SSLEngine server) throws SSLException {
        var toServer = ByteBuffer.allocate(64 * 1024);
        var toClient = ByteBuffer.allocate(64 * 1024);
        client.beginHandshake();
        server.beginHandshake();
        for (var step = 0; step < MAX_STEPS; step++) {
            proceed(client, toClient, toServer);
            proceed(server, toServer, toClient);
            if (isDone(client) && isDone(server)) {
                return;
            }
        }
        throw new AssertionError("The handshake does not end");
    }

    private static boolean isDone(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void proceed(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> engine.getDelegatedTask().run();
            case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
            default -> {
                in.flip();
                engine.unwrap(in, ByteBuffer.allocate(64 * 1024));
                in.compact();
            }
        }
    }

    private static SSLContext serverContext(ServerIdentity identity) throws Exception {
        var store = emptyStore();
        var chain = new Certificate[] {identity.server().certificate()};
        store.setKeyEntry("server", identity.server().key(), NO_PASSWORD, chain);
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static SSLContext clientContext(ServerIdentity identity) throws Exception {
        var store = emptyStore();
        store.setCertificateEntry("authority", identity.authority().current().certificate());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore emptyStore() throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }
}
